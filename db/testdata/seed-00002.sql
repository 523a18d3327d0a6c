INSERT INTO identities (id, user_id, provider, issuer, subject, created_at, last_used_at) VALUES ('i1', 'u1', 'authentik', 'https://auth.example.org/application/o/pantrie/', 'abc', 1700000000000, 1700000000000);
INSERT INTO signin_flows (owner, state, sealed, created_at) VALUES ('o', 's', x'01', 1700000000000);
INSERT INTO password_links (token, user_id, created_at, expires_at) VALUES ('p', 'u2', 1700000000000, 4000000000000);
INSERT INTO signin_log (id, at, reference, provider, step, outcome, code, detail, email, name, address, user_id) VALUES ('l1', 1700000000000, 'K7F-2QX', 'authentik', 'done', 'signed_in', '', '', 'sam@example.org', 'Sam', '127.0.0.1', 'u1');
