UPDATE products SET used_by = 'pack' WHERE id = 'p1';
