INSERT INTO invitations (id, token, household_id, role, invited_by, created_at, expires_at, ended, used_by)
VALUES ('v1', 'a', 'h1', 'editor', 'u1', 1700000000000, 4000000000000, '', NULL), ('v2', 'b', 'h1', 'viewer', 'u1', 1700000000000, 1700600000000, 'used', 'u2');
INSERT INTO api_tokens (id, token, user_id, name, scope, created_at, expires_at, last_used_at)
VALUES ('k1', 'c', 'u1', 'Kitchen display', 'read', 1700000000000, NULL, 1700000000001), ('k2', 'd', 'u2', 'Shop', 'stock', 1700000000000, 4000000000000, NULL);
