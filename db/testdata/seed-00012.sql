UPDATE search_state SET next_key = next_key + 5;
