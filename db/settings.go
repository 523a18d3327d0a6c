package db

import "context"

// Setting is one stored value of the instance. Sealed values are ciphertext (see [Sealer]).
type Setting struct {
	Key       string
	Value     []byte
	Sealed    bool
	UpdatedAt int64
}

const (
	sqlSettingByKey  = `SELECT key, value, sealed, updated_at FROM settings WHERE key = ?`
	sqlSettingUpsert = `INSERT INTO settings (key, value, sealed, updated_at) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, sealed = excluded.sealed, updated_at = excluded.updated_at`
	sqlSettingDelete = `DELETE FROM settings WHERE key = ?`
)

func scanSetting(s scanner) (v Setting, err error) {
	return v, s.Scan(&v.Key, &v.Value, &v.Sealed, &v.UpdatedAt)
}

// SettingReader is what reads settings: a [DB], or a [Tx], which sees what it has written itself.
type SettingReader interface {
	Setting(ctx context.Context, key string) (Setting, error)
}

// Setting returns the stored value, or [ErrNotFound].
func (r reader) Setting(ctx context.Context, key string) (Setting, error) {
	return one(ctx, r.q, scanSetting, sqlSettingByKey, key)
}

// SealedSettings lists the secrets.
func (r reader) SealedSettings(ctx context.Context) ([]Setting, error) {
	return many(ctx, r.q, scanSetting, sqlSealedList)
}

// PutSetting stores a value under its key, replacing the old one.
func (tx *Tx) PutSetting(ctx context.Context, s Setting) error {
	_, err := tx.exec(ctx, sqlSettingUpsert, s.Key, s.Value, s.Sealed, tx.now)
	return err
}

// DeleteSetting forgets a value; one that is not there is no error.
func (tx *Tx) DeleteSetting(ctx context.Context, key string) error {
	_, err := tx.exec(ctx, sqlSettingDelete, key)
	return err
}
