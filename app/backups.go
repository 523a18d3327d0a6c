package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"pantrie/app/backup"
	"pantrie/auth/fault"
	"pantrie/auth/provider"
	"pantrie/db"
)

// The codes of a file that cannot be restored.
const (
	notABackup    = "not_a_backup"
	backupDamaged = "backup_damaged"
	backupNewer   = "backup_newer"
	backupEmpty   = "backup_empty"
)

// longestTransfer is how long a backup may be on its way. The limits for other requests would cut large ones off on
// a slow line.
const longestTransfer = time.Hour

func (a *API) backupRoutes() {
	admin := func(method, path, id, summary string, fails ...fault.Code) route {
		return route{method: method, path: "/admin/backups" + path, id: id, tag: "Administration", summary: summary, access: siteAdmin, fails: fails}
	}
	add(a, admin(http.MethodGet, "", "listBackups", "Backups, the newest first, and when they are made"), a.listBackups)
	made := admin(http.MethodPost, "", "makeBackup", "Make a backup now", fault.Conflict, fault.Unavailable)
	made.status, made.shown = http.StatusCreated, shown{tells: []string{"name=manual-20261124-080000.db.gz, kind=manual"}}
	add(a, made, a.makeBackup)
	take(a, admin(http.MethodPut, "/schedule", "putBackupSchedule", "Say how often a backup is made, and how many are kept", fault.ValidationFailed), a.putBackupSchedule)
	addOther(a, admin(http.MethodGet, "/{name}", "downloadBackup", "The backup as a file", fault.NotFound).like(shown{kind: "application/octet-stream"}), a.downloadBackup)
	gone := admin(http.MethodDelete, "/{name}", "deleteBackup", "Delete a backup", fault.NotFound)
	gone.status = http.StatusNoContent
	addOther(a, gone, a.deleteBackup)
	a.restoreRoute()
}

// restoreRoute takes a file that is too large to be held in memory.
func (a *API) restoreRoute() {
	op := a.operation(route{method: http.MethodPost, path: "/setup/restore", id: "restoreBackup", tag: "Setup", summary: "Put a backup in the place of the empty database; Pantrie starts anew with it", fails: []fault.Code{fault.SetupTokenInvalid, fault.SetupDone, fault.ValidationFailed, fault.Conflict, fault.TooManyRequests}})
	answers[RestoredBackup](a, &op)
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}
	op.Parameters = []*huma.Param{{Name: "Setup-Token", In: "header", Required: true, Description: "From the link in the server's log", Schema: &huma.Schema{Type: "string", Examples: []any{"V4tJ8mQz0sYw2Kc6"}}}}
	register(a, op, func(ctx context.Context, in *asked) (*body[any], error) { return anyBody(a.restoreBackup(ctx, in.ctx)) })
}

// Backup is a copy of the database.
type Backup struct {
	Name  string      `json:"name" example:"scheduled-20261124-030000.db.gz"`
	Kind  backup.Kind `json:"kind" enum:"scheduled,manual,before-migration,before-restore"`
	At    int64       `json:"at" doc:"Unix milliseconds"`
	Bytes int64       `json:"bytes" example:"262144"`
}

// BackupSchedule says when backups are made by themselves.
type BackupSchedule struct {
	EveryDays int `json:"everyDays" doc:"0 for never" example:"1"`
	Keep      int `json:"keep" doc:"How many of those that are made by themselves" example:"7"`
}

// Backups is what there is.
type Backups struct {
	Backups  []Backup       `json:"backups"`
	Schedule BackupSchedule `json:"schedule"`
	Problem  string         `json:"problem" doc:"Why the last one by schedule could not be made; empty when it could"`
	Folder   string         `json:"folder" doc:"On Pantrie's machine" example:"/var/lib/pantrie/backups"`
	KeyFile  string         `json:"keyFile" doc:"What a backup needs beside it to have the stored secrets; empty when the key comes from PANTRIE_SECRET_KEY" example:"/var/lib/pantrie/secret.key"`
}

// BackupPath names a backup.
type BackupPath struct {
	Name string `path:"name" example:"scheduled-20261124-030000.db.gz"`
}

// RestoredBackup is what a backup has that takes the place of the database.
type RestoredBackup struct {
	Users      int64    `json:"users" example:"3"`
	Households int64    `json:"households" example:"1"`
	Products   int64    `json:"products" example:"54"`
	Secrets    []string `json:"secrets" doc:"What was encrypted with another key and has to be entered again" example:"[]"`
}

func backupOf(f backup.File) Backup { return Backup(f) }

func (a *API) listBackups(ctx context.Context, _ *Empty) (*body[Backups], error) {
	list, err := a.backups.List()
	if err != nil {
		return nil, err
	}
	plan, err := a.backups.Schedule(ctx)
	if err != nil {
		return nil, err
	}
	out := Backups{Backups: make([]Backup, 0, len(list)), Schedule: BackupSchedule(plan), Problem: a.backups.Problem(), Folder: filepath.Join(a.dataDir, db.BackupFolder)}
	if !a.ownKey {
		out.KeyFile = filepath.Join(a.dataDir, db.KeyFile)
	}
	for _, f := range list {
		out.Backups = append(out.Backups, backupOf(f))
	}
	return &body[Backups]{out}, nil
}

func (a *API) makeBackup(ctx context.Context, _ *Empty) (*body[Backup], error) {
	f, err := a.backups.Make(context.WithoutCancel(ctx), backup.Manual)
	if err != nil {
		return nil, err
	}
	a.log.InfoContext(ctx, "backup made", "file", f.Name, "bytes", f.Bytes)
	return &body[Backup]{backupOf(f)}, nil
}

func (a *API) putBackupSchedule(ctx context.Context, in *body[BackupSchedule]) (*body[Backups], error) {
	if err := a.backups.SetSchedule(ctx, backup.Schedule(in.Body)); err != nil {
		return nil, err
	}
	return a.listBackups(ctx, &Empty{})
}

func (a *API) downloadBackup(ctx context.Context, in *BackupPath) (*huma.StreamResponse, error) {
	file, f, err := a.backups.Open(in.Name)
	if err != nil {
		return nil, err
	}
	a.log.InfoContext(ctx, "backup downloaded", "file", f.Name)
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer file.Close()
		_ = http.NewResponseController(humagin.Unwrap(hc).Writer).SetWriteDeadline(time.Now().Add(longestTransfer))
		hc.SetHeader("Content-Type", "application/octet-stream")
		hc.SetHeader("Content-Disposition", `attachment; filename="pantrie-`+f.Name+`"`)
		hc.SetHeader("Content-Length", fmt.Sprint(f.Bytes))
		if _, err := io.Copy(hc.BodyWriter(), file); err != nil {
			a.log.WarnContext(ctx, "backup not sent in full", "file", f.Name, "error", err)
			panic(http.ErrAbortHandler)
		}
	}}, nil
}

func (a *API) deleteBackup(ctx context.Context, in *BackupPath) (*Empty, error) {
	err := a.backups.Delete(in.Name)
	if err == nil {
		a.log.InfoContext(ctx, "backup deleted", "file", in.Name)
	}
	return &Empty{}, err
}

// restoreBackup prepares the file that is sent and has Pantrie start anew with it.
func (a *API) restoreBackup(ctx context.Context, hc huma.Context) (*body[RestoredBackup], error) {
	if err := a.auth.Setup.CheckToken(ctx, hc.Header("Setup-Token")); err != nil {
		return nil, err
	}
	if !a.restoring.TryLock() {
		return nil, fault.New(fault.Conflict, "A backup is being restored already.")
	}
	restored := false
	defer func() {
		if !restored {
			a.restoring.Unlock()
		}
	}()
	control := http.NewResponseController(humagin.Unwrap(hc).Writer)
	_ = control.SetReadDeadline(time.Now().Add(longestTransfer))
	_ = control.SetWriteDeadline(time.Now().Add(longestTransfer))
	r := a.restorer()
	out, err := r.Prepare(ctx, hc.BodyReader())
	if err == nil && (out.Admins == 0 || !out.SetUp) {
		err = errNobody
	}
	if err == nil {
		// Meanwhile somebody may have set Pantrie up.
		err = a.auth.Setup.BeginRestore(ctx, hc.Header("Setup-Token"))
	}
	if err != nil {
		return nil, errors.Join(sayRestore(err), r.Forget())
	}
	restored = true
	a.log.InfoContext(ctx, "backup uploaded; starting anew with it", "version", out.Version, "users", out.Users)
	a.restart()
	return &body[RestoredBackup]{RestoredBackup{Users: out.Users, Households: out.Households, Products: out.Products, Secrets: provider.SecretNames(out.Unreadable)}}, nil
}

var errNobody = errors.New("nobody could administer Pantrie with the backup")

// sayRestore tells why a file cannot be restored. What it answers does not wrap the cause: what is wrong with the file says
// nothing about the database that is open.
func sayRestore(err error) error {
	for _, known := range []struct {
		is      error
		code    string
		message string
	}{
		{db.ErrNewer, backupNewer, "This backup is from a newer Pantrie. Install that version, then restore."},
		{db.ErrDamaged, backupDamaged, "This backup is damaged: it ended too early, or its content changed. Try an older one."},
		{db.ErrNoBackup, notABackup, "This is no backup of Pantrie. Its files end in .db or .db.gz."},
		{errNobody, backupEmpty, "Nobody in this backup could administer Pantrie. Set it up instead."},
	} {
		if errors.Is(err, known.is) {
			return &fault.Error{Code: fault.ValidationFailed, Message: known.message, Fields: []fault.Field{{Name: "file", Code: known.code, Message: known.message}}, Err: errors.New(err.Error())}
		}
	}
	return err
}
