INSERT INTO users (id, name, email, email_key, email_proof, password_hash, site_admin, disabled, created_at, updated_at)
VALUES ('u1', 'Sam', 'Sam@example.org', 'sam@example.org', 'setup', '$argon2id$x', 1, 0, 1700000000000, 1700000000000),
       ('u2', 'Mara', NULL, NULL, '', NULL, 0, 1, 1700000000001, 1700000000001);
INSERT INTO households (id, name, time_zone, created_at) VALUES ('h1', 'Brandt', 'Europe/Berlin', 1700000000000);
INSERT INTO memberships (household_id, user_id, role, created_at) VALUES ('h1', 'u1', 'admin', 1700000000000), ('h1', 'u2', 'viewer', 1700000000001);
INSERT INTO settings (key, value, sealed, updated_at) VALUES ('publicUrl', CAST('https://pantry.example.org' AS BLOB), 0, 1700000000000);
INSERT INTO sessions (token, id, user_id, data, created_at, last_seen_at, expires_at) VALUES ('t1', 's1', 'u1', x'00', 1700000000000, 1700000000000, 4000000000000);
