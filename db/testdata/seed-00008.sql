INSERT INTO stock_transactions (household_id, id, user_id, user_name, verb, at) VALUES ('h1', 't8', 'u1', 'Sam', 'waste', 1700000000008);
INSERT INTO movements (household_id, transaction_id, position, lot_id, product_id, delta, value, reason) VALUES ('h1', 't8', 1, 'l1', 'p1', -250000, -30, 'spoiled');
UPDATE lots SET amount = 750000, price = 89 WHERE household_id = 'h1' AND id = 'l1';
UPDATE products SET total = total - 250000 WHERE household_id = 'h1' AND id = 'p1';
