package db

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/pressly/goose/v3"
)

const (
	// What SQLite adds by itself is left out: indexes of constraints, and what it knows of the distribution of values.
	sqlSchema = `SELECT type, name, coalesce(sql, '') FROM sqlite_master
WHERE NOT (type = 'index' AND sql IS NULL) AND NOT (type = 'table' AND name IN ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4')) ORDER BY type, name`
	sqlVersionList = `SELECT version_id FROM goose_db_version WHERE is_applied = 1 ORDER BY id`
)

// object is a table, an index or a trigger. Pantrie has no views.
type object struct{ kind, name, sql string }

func schemaOf(ctx context.Context, on *sql.DB) ([]object, error) {
	return many(ctx, on, func(s scanner) (o object, err error) { return o, s.Scan(&o.kind, &o.name, &o.sql) }, sqlSchema)
}

// freshSchema is that of an empty database of a version.
func freshSchema(ctx context.Context, version int64) (list []object, err error) {
	on, err := sql.Open("sqlite", "file::memory:")
	if err != nil {
		return nil, err
	}
	on.SetMaxOpenConns(1)
	p, err := migrationProvider(on, goose.WithLogger(goose.NopLogger()))
	if err == nil {
		_, err = p.UpTo(ctx, version)
	}
	if err == nil {
		list, err = schemaOf(ctx, on)
	}
	if closed := on.Close(); err == nil {
		err = closed
	}
	return list, err
}

// foreign says what of a database's schema is not Pantrie's, empty for nothing: whoever made a file could have put
// triggers into it that change who may do what, or that never end. Until it is known nothing else may be read.
func foreign(ctx context.Context, on *sql.DB) (what string, version, newest int64, err error) {
	newest, err = newestVersion()
	if err != nil {
		return "", 0, 0, err
	}
	has, err := schemaOf(ctx, on)
	if err != nil {
		return "", 0, newest, err
	}
	want, err := freshSchema(ctx, newest)
	if err != nil {
		return "", 0, newest, err
	}
	isVersions := func(o object) bool { return o.name == "goose_db_version" }
	at, of := slices.IndexFunc(has, isVersions), slices.IndexFunc(want, isVersions)
	if at < 0 || has[at] != want[of] {
		return "no list of versions", 0, newest, nil
	}
	list, err := many(ctx, on, scanInt, sqlVersionList)
	if err != nil || len(list) == 0 {
		return "no list of versions", 0, newest, err
	}
	version = list[len(list)-1]
	if version > newest {
		return "", version, newest, nil // whose schema is not known
	}
	for i, v := range list {
		if v != int64(i) {
			return fmt.Sprintf("version %d after %d others", v, i), version, newest, nil
		}
	}
	if version != newest {
		if want, err = freshSchema(ctx, version); err != nil {
			return "", version, newest, err
		}
	}
	for _, o := range has {
		if !slices.Contains(want, o) {
			return fmt.Sprintf("%s %q", o.kind, o.name), version, newest, nil
		}
	}
	for _, o := range want {
		if !slices.Contains(has, o) {
			return fmt.Sprintf("no %s %q", o.kind, o.name), version, newest, nil
		}
	}
	return "", version, newest, nil
}
