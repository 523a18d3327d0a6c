UPDATE users SET session_epoch = 2 WHERE id = 'u2';
