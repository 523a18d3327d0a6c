UPDATE sessions SET id_token = x'02', authenticated_at = 1700000000000;
UPDATE memberships SET by_groups = 1 WHERE user_id = 'u2';
INSERT INTO signin_log (id, at, reference, provider, purpose, step, outcome, code, detail, steps, email, name, address, user_id) VALUES ('l2', 1700000000001, 'K7F-2QY', 'authentik', 'test', 'decision', 'tested', '', '', '[{"step":"answer"}]', 'sam@example.org', 'Sam', '127.0.0.1', 'u1');
INSERT INTO logouts (issuer, jti, sid, subject, issued_at, created_at) VALUES ('https://auth.example.org/application/o/pantrie/', 'j', 's1', 'abc', 1700000000000, 1700000000000);
