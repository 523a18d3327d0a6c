INSERT INTO locations (household_id, id, name, name_key, kind, position, created_at) VALUES ('h1', 'lo1', 'Fridge', 'fridg', 'fridge', 1, 1700000000000);
INSERT INTO categories (household_id, id, name, name_key, position, created_at) VALUES ('h1', 'c1', 'Dairy', 'dairy', 1, 1700000000000);
INSERT INTO photos (household_id, id, kind, bytes, sha, width, height, created_at) VALUES ('h1', 'ph1', 'product', x'ffd8', zeroblob(32), 640, 480, 1700000000000);
INSERT INTO products (household_id, id, name, name_key, brand, category_id, location_id, photo_id, base, unit, minimum, staple, shelf_life, opened_shelf_life, note, total, created_at, updated_at)
VALUES ('h1', 'p1', 'Milk', 'milk', 'Weide', 'c1', 'lo1', 'ph1', 'ml', 'l', 1000000, 1, 30, 4, 'the blue one', 1000000, 1700000000000, 1700000000000);
INSERT INTO products (household_id, id, name, name_key, base, unit, merged_into, created_at, updated_at) VALUES ('h1', 'p2', 'Mlik', 'mlik', 'ml', 'l', 'p1', 1700000000000, 1700000000000);
INSERT INTO products (household_id, id, name, name_key, base, unit, archived_at, created_at, updated_at) VALUES ('h1', 'p3', 'Whey', 'whei', 'ml', 'l', 1700000000001, 1700000000000, 1700000000000);
INSERT INTO product_units (household_id, product_id, unit, factor) VALUES ('h1', 'p1', 'carton', 1000);
INSERT INTO product_barcodes (household_id, code, product_id, created_at) VALUES ('h1', '4012345678901', 'p1', 1700000000000);
INSERT INTO product_allergens (household_id, product_id, label_key, label) VALUES ('h1', 'p1', 'milk', 'Milk');
INSERT INTO household_watch (household_id, label_key, label) VALUES ('h1', 'peanut', 'Peanuts');
INSERT INTO lots (household_id, id, product_id, location_id, category_id, amount, expires_on, precision, date_kind, bought_on, price, created_at, closed_at, sort_key)
VALUES ('h1', 'l1', 'p1', 'lo1', 'c1', 1000000, '2023-12-24', 'day', 'use_by', '2023-11-14', 119, 1700000000000, NULL, '2023-12-24u2023-11-14'),
       ('h1', 'l2', 'p1', 'lo1', 'c1', 0, NULL, 'none', 'best_before', '2023-11-14', NULL, 1700000000000, 1700000000001, '9999-99-99u2023-11-14');
INSERT INTO stock_transactions (household_id, id, user_id, user_name, verb, at, undoes, undone_by, idempotency_key, request_hash)
VALUES ('h1', 't1', 'u1', 'Sam', 'add', 1700000000000, NULL, NULL, 'k1', zeroblob(32)),
       ('h1', 't2', 'u1', 'Sam', 'add', 1700000000000, NULL, 't3', NULL, NULL),
       ('h1', 't3', NULL, 'Alex', 'undo', 1700000000001, 't2', NULL, NULL, NULL);
INSERT INTO movements (household_id, transaction_id, position, lot_id, product_id, delta, reason, undone_by)
VALUES ('h1', 't1', 1, 'l1', 'p1', 1000000, '', NULL), ('h1', 't2', 1, 'l2', 'p1', 500000, '', 't3'), ('h1', 't3', 1, 'l2', 'p1', -500000, '', NULL);
INSERT INTO shopping_items (household_id, id, product_id, text, amount, unit, state, ticked_at, ticked_by, created_at)
VALUES ('h1', 's1', 'p1', 'Milk', 2000, 'l', 'tray', 1700000000001, 'u1', 1700000000000), ('h1', 's2', NULL, 'candles', NULL, '', 'wanted', NULL, NULL, 1700000000000),
       ('h1', 's3', NULL, 'soap', NULL, '', 'done', 1700000000001, 'u1', 1700000000000);
INSERT INTO put_away_items (household_id, transaction_id, item_id, position) VALUES ('h1', 't1', 's3', 1);
