-- +goose Up

-- What goods cost follows them: value is what came into the lot with a movement, or left it, in hundredths like the lot's
-- price, which is their sum: what is there now has cost that. NULL where nobody knows.
ALTER TABLE movements ADD COLUMN value INTEGER;

-- A price was what all of a lot had cost when it came; each movement has its share of that now, and the first one the rest.
UPDATE movements SET value = CAST(round(CAST(movements.delta AS REAL) / p.first * p.price) AS INTEGER)
FROM (SELECT l.household_id, l.id, l.price, (SELECT f.delta FROM movements f INDEXED BY movements_by_lot WHERE f.household_id = l.household_id AND f.lot_id = l.id ORDER BY f.transaction_id, f.position LIMIT 1) AS first
  FROM lots l WHERE l.price IS NOT NULL) p
WHERE movements.household_id = p.household_id AND movements.lot_id = p.id;
UPDATE lots SET price = CAST(round(CAST(lots.amount AS REAL) / p.first * lots.price) AS INTEGER)
FROM (SELECT l.household_id, l.id, (SELECT f.delta FROM movements f INDEXED BY movements_by_lot WHERE f.household_id = l.household_id AND f.lot_id = l.id ORDER BY f.transaction_id, f.position LIMIT 1) AS first
  FROM lots l WHERE l.price IS NOT NULL) p
WHERE lots.household_id = p.household_id AND lots.id = p.id AND p.first > 0;
UPDATE movements SET value = value + p.rest
FROM (SELECT l.household_id, l.id, l.price - (SELECT sum(m.value) FROM movements m INDEXED BY movements_by_lot WHERE m.household_id = l.household_id AND m.lot_id = l.id) AS rest
  FROM lots l WHERE l.price IS NOT NULL) p
WHERE movements.household_id = p.household_id AND movements.lot_id = p.id AND p.rest <> 0
  AND (movements.transaction_id, movements.position) = (SELECT f.transaction_id, f.position FROM movements f INDEXED BY movements_by_lot WHERE f.household_id = p.household_id AND f.lot_id = p.id ORDER BY f.transaction_id, f.position LIMIT 1);
