UPDATE households SET ignore_opened = 1 WHERE id = 'h1';
