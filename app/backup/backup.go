// Package backup makes copies of the database, by hand and by schedule, and prepares one to take the place of the
// database again.
package backup

import (
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"pantrie/auth/fault"
	"pantrie/db"
)

// Kind says why a backup was made.
type Kind string

// The kinds. Scheduled ones are deleted when there are more than are to be kept; the others stay.
const (
	Scheduled       Kind = "scheduled"
	Manual          Kind = "manual"
	BeforeMigration Kind = "before-migration"
	BeforeRestore   Kind = "before-restore"
)

// File is a backup in the folder of backups. At is when it was made, in unix milliseconds.
type File struct {
	Name  string
	Kind  Kind
	At    int64
	Bytes int64
}

// Schedule says how often a backup is made by itself, in days, and how many of those are kept. 0 days is never.
type Schedule struct {
	EveryDays int `json:"everyDays"`
	Keep      int `json:"keep"`
}

// defaultSchedule holds until somebody changes it.
var defaultSchedule = Schedule{EveryDays: 1, Keep: 7}

const (
	settingSchedule = "backups"
	timeFormat      = "20060102-150405"
	mostDays        = 31
	mostKept        = 100
)

// fileName is how backups are called. Whatever else is in the folder is left alone.
var fileName = regexp.MustCompile(`^(scheduled|manual|before-migration-[0-9]+|before-restore)-([0-9]{8}-[0-9]{6})(-[0-9]+)?\.db(\.gz)?$`)

// Deps is what the service works with. All are required.
type Deps struct {
	DB  *db.DB
	Dir string // the data folder
	Log *slog.Logger
	Now func() time.Time
}

// Service makes backups of a running Pantrie.
type Service struct {
	Deps
	making sync.Mutex

	mu      sync.Mutex
	problem string // of the last scheduled one
}

// New makes the service.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Dir == "" || d.Log == nil || d.Now == nil {
		return nil, errors.New("backup: a dependency is missing")
	}
	return &Service{Deps: d}, nil
}

func (s *Service) folder() string { return filepath.Join(s.Dir, db.BackupFolder) }

// Make makes a backup in the folder of backups. [fault.Conflict] while another one is made.
func (s *Service) Make(ctx context.Context, kind Kind) (File, error) {
	if !s.making.TryLock() {
		return File{}, fault.New(fault.Conflict, "A backup is being made already.")
	}
	defer s.making.Unlock()
	stem := filepath.Join(s.folder(), string(kind)+"-"+s.Now().UTC().Format(timeFormat))
	path, err := db.Numbered(stem, ".db.gz", func(path string) error { return Write(ctx, s.DB, path) })
	if err != nil {
		return File{}, err
	}
	return s.file(filepath.Base(path))
}

// Rescue saves what is open once the database file has gone, as a backup from before a restore. [db.DB.Rescue] has the errors.
func (s *Service) Rescue(ctx context.Context) (File, error) {
	stem := filepath.Join(s.folder(), string(BeforeRestore)+"-"+s.Now().UTC().Format(timeFormat))
	path, err := db.Numbered(stem, ".db", func(path string) error { return s.DB.Rescue(ctx, path) })
	if err != nil {
		return File{}, err
	}
	return s.file(filepath.Base(path))
}

// Write makes a backup at path, compressed when that ends in .gz. The file appears when it is whole and on the disk.
// [fs.ErrExist] when there is something of that name.
func Write(ctx context.Context, from *db.DB, path string) error {
	if !strings.HasSuffix(path, ".gz") {
		return from.BackUp(ctx, path)
	}
	folder, remove, err := db.Private(path)
	if err != nil {
		return err
	}
	defer remove()
	plain, packed := filepath.Join(folder, "plain"), filepath.Join(folder, "packed")
	if err := from.BackUp(ctx, plain); err != nil {
		return err
	}
	to, err := os.OpenFile(packed, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(pack(ctx, to, plain), to.Sync(), to.Close()); err != nil {
		return err
	}
	return db.Publish(packed, path)
}

func pack(ctx context.Context, to io.Writer, path string) error {
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	z := gzip.NewWriter(to)
	_, err = io.Copy(z, reading{ctx, from})
	return errors.Join(err, z.Close(), from.Close())
}

// reading ends with its context.
type reading struct {
	ctx context.Context
	r   io.Reader
}

func (r reading) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// List lists the backups, the newest first.
func (s *Service) List() ([]File, error) { return In(s.Dir) }

// In lists the backups of a data folder, the newest first.
func In(dir string) ([]File, error) {
	folder := filepath.Join(dir, db.BackupFolder)
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return []File{}, nil
	}
	if err != nil {
		return nil, err
	}
	list := []File{}
	for _, e := range entries {
		f, err := describe(folder, e.Name())
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	slices.SortStableFunc(list, func(a, b File) int {
		return cmp.Or(cmp.Compare(b.At, a.At), cmp.Compare(len(b.Name), len(a.Name)), strings.Compare(b.Name, a.Name))
	})
	return list, nil
}

func (s *Service) file(name string) (File, error) { return describe(s.folder(), name) }

// describe tells of a backup by its name. [fault.NotFound], also for names that no backup has.
func describe(folder, name string) (File, error) {
	missing := fault.New(fault.NotFound, "There is no such backup.")
	parts := fileName.FindStringSubmatch(name)
	if parts == nil {
		return File{}, missing
	}
	info, err := os.Lstat(filepath.Join(folder, name))
	if errors.Is(err, fs.ErrNotExist) || err == nil && (!info.Mode().IsRegular() || info.Size() == 0) {
		return File{}, missing
	}
	if err != nil {
		return File{}, err
	}
	at, err := time.Parse(timeFormat, parts[2])
	if err != nil {
		return File{}, missing
	}
	kind, _, migrated := strings.Cut(parts[1], string(BeforeMigration))
	if migrated {
		kind = string(BeforeMigration)
	}
	return File{Name: name, Kind: Kind(kind), At: at.UnixMilli(), Bytes: info.Size()}, nil
}

// Open opens a backup to be read. [fault.NotFound].
func (s *Service) Open(name string) (*os.File, File, error) {
	f, err := s.file(name)
	if err != nil {
		return nil, f, err
	}
	file, err := os.Open(filepath.Join(s.folder(), name))
	return file, f, err
}

// Delete deletes a backup. [fault.NotFound].
func (s *Service) Delete(name string) error {
	if _, err := s.file(name); err != nil {
		return err
	}
	return os.Remove(filepath.Join(s.folder(), name))
}

// Schedule returns the schedule in force.
func (s *Service) Schedule(ctx context.Context) (Schedule, error) {
	stored, err := s.DB.Setting(ctx, settingSchedule)
	if errors.Is(err, db.ErrNotFound) {
		return defaultSchedule, nil
	}
	if err != nil {
		return Schedule{}, err
	}
	var out Schedule
	return out, json.Unmarshal(stored.Value, &out)
}

// SetSchedule changes it. [fault.ValidationFailed].
func (s *Service) SetSchedule(ctx context.Context, in Schedule) error {
	var fields []fault.Field
	if in.EveryDays < 0 || in.EveryDays > mostDays {
		fields = append(fields, fault.Field{Name: "everyDays", Code: fault.Invalid, Message: fmt.Sprintf("Every 1 to %d days, or 0 for never.", mostDays)})
	}
	if in.Keep < 1 || in.Keep > mostKept {
		fields = append(fields, fault.Field{Name: "keep", Code: fault.Invalid, Message: fmt.Sprintf("From 1 to %d.", mostKept)})
	}
	if len(fields) > 0 {
		return fault.Fields(fields)
	}
	value, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		return tx.PutSetting(ctx, db.Setting{Key: settingSchedule, Value: value})
	})
}

// Problem is why the last scheduled backup could not be made; empty when it could.
func (s *Service) Problem() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.problem
}

// Run makes a backup when one is due, and deletes those that are too many.
func (s *Service) Run(ctx context.Context) error {
	err := s.run(ctx)
	if ctx.Err() != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.problem = ""
	if err != nil {
		s.problem = err.Error()
	}
	return err
}

func (s *Service) run(ctx context.Context) error {
	plan, err := s.Schedule(ctx)
	if err != nil || plan.EveryDays == 0 {
		return err
	}
	list, err := s.scheduled()
	if err != nil {
		return err
	}
	if len(list) > 0 && s.Now().Sub(time.UnixMilli(list[0].At)) < time.Duration(plan.EveryDays)*24*time.Hour {
		return nil
	}
	made, err := s.Make(ctx, Scheduled)
	if fault.Is(err, fault.Conflict) { // by hand, meanwhile
		return nil
	}
	if err != nil {
		return err
	}
	s.Log.InfoContext(ctx, "backup made", "file", made.Name, "bytes", made.Bytes)
	if list, err = s.scheduled(); err != nil {
		return err
	}
	for _, f := range list[min(plan.Keep, len(list)):] {
		if err := s.Delete(f.Name); err != nil {
			return err
		}
		s.Log.InfoContext(ctx, "old backup deleted", "file", f.Name)
	}
	return nil
}

// unfinishedFor is how long something may be on its way. What is older is of a process that was killed.
const unfinishedFor = 24 * time.Hour

// Tidy deletes what was left unfinished.
func (s *Service) Tidy() error {
	before := s.Now().Add(-unfinishedFor)
	return errors.Join(db.RemoveUnfinished(s.Dir, before), db.RemoveUnfinished(s.folder(), before))
}

// scheduled lists those that were made by schedule. One from the future is of a clock that went wrong: it neither
// stands for a backup of today nor for one of those to keep.
func (s *Service) scheduled() ([]File, error) {
	list, err := s.List()
	latest := s.Now().Add(time.Minute).UnixMilli()
	return slices.DeleteFunc(list, func(f File) bool { return f.Kind != Scheduled || f.At > latest }), err
}
