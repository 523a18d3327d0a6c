UPDATE identities SET access_ended_at = 7000 WHERE user_id = 'u2';
