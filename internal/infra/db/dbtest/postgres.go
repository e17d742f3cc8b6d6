package dbtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/migration"
)

// server is a PostgreSQL the tests may make databases in. Making one and dropping
// it costs more than most tests do, so the databases stay: a test borrows one, and
// the next borrower finds it wiped. All processes share them, each those it holds
// the locks of, and so they share the migrated template they are made from.
type server struct {
	dsn      string
	template string
	outline  string // the template's
	mu       sync.Mutex
	admin    *pgx.Conn // holds the locks as long as the process lives
	last     int       // number of the database last asked for
	free     []*loan
}

var errNoServer = errors.New(`dbtest: no PostgreSQL to test on.
ZHIYIN_TEST_DSN must name a server in which databases may be made, such as
postgres://postgres@localhost/postgres. "make test" starts one; to start it alone
run "eval $(scripts/postgres.sh)"`)

var postgres = sync.OnceValues(func() (*server, error) {
	dsn := os.Getenv("ZHIYIN_TEST_DSN")
	if _, err := url.Parse(dsn); dsn == "" || err != nil {
		return nil, errNoServer
	}
	digest, err := schemaDigest()
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	s := &server{dsn: dsn, template: "zhiyin_template_" + digest}
	if s.admin, err = pgx.Connect(ctx, dsn); err != nil {
		return nil, err
	}
	if err := s.exec(ctx, "SELECT pg_advisory_lock(hashtext('"+s.template+"'))"); err != nil {
		return nil, err
	}
	err = s.findTemplate(ctx)
	return s, errors.Join(err, s.exec(ctx, "SELECT pg_advisory_unlock(hashtext('"+s.template+"'))"))
})

// schemaDigest tells migrations from others.
func schemaDigest() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(migration.Files, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := migration.Files.ReadFile(name)
		fmt.Fprintf(h, "%s %d %s", name, len(raw), raw)
		return err
	})
	return fmt.Sprintf("%x", h.Sum(nil)[:6]), err
}

// findTemplate makes the template if no process has done so. Its outline is kept
// as its comment: who connects to a template hinders the copying.
func (s *server) findTemplate(ctx context.Context) error {
	err := s.admin.QueryRow(ctx, "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = $1", s.template).Scan(&s.outline)
	if !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	half := s.template + "_half"
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + half, "CREATE DATABASE " + half} {
		if err := s.exec(ctx, statement); err != nil {
			return err
		}
	}
	d, err := db.Open(ctx, db.Config{DSN: withDatabase(s.dsn, half), FastTests: true})
	if err != nil {
		return err
	}
	if err := errors.Join(d.Migrate(ctx), d.Close()); err != nil {
		return err
	}
	if s.outline, err = s.outlineOf(ctx, half); err != nil {
		return err
	}
	return errors.Join(
		s.exec(ctx, "COMMENT ON DATABASE "+half+" IS '"+s.outline+"'"),
		s.exec(ctx, "ALTER DATABASE "+half+" RENAME TO "+s.template))
}

func (s *server) outlineOf(ctx context.Context, database string) (outline string, err error) {
	c, err := pgx.Connect(ctx, withDatabase(s.dsn, database))
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, c.Close(ctx)) }()
	return outline, c.QueryRow(ctx, outlineQuery).Scan(&outline)
}

func (s *server) exec(ctx context.Context, statement string) error {
	if _, err := s.admin.Exec(ctx, statement); err != nil {
		return fmt.Errorf("dbtest: %s: %w", statement, err)
	}
	return nil
}

// lend gives a database that is nobody else's and holds nothing.
func (s *server) lend(ctx context.Context) (l *loan, err error) {
	s.mu.Lock()
	if n := len(s.free); n > 0 {
		l, s.free = s.free[n-1], s.free[:n-1]
	} else {
		l, err = s.reserve(ctx)
	}
	s.mu.Unlock()
	if err != nil || l.wipe(ctx, s.outline) == nil {
		return l, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return l, s.remake(ctx, l)
}

func (s *server) takeBack(l *loan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, l)
}

// reserve locks a database that no process has, which may not be there yet.
func (s *server) reserve(ctx context.Context) (*loan, error) {
	for {
		s.last++
		l := &loan{name: fmt.Sprintf("%s_%d", s.template, s.last)}
		var ours bool
		if err := s.admin.QueryRow(ctx, "SELECT pg_try_advisory_lock(hashtext($1))", l.name).Scan(&ours); err != nil {
			return nil, err
		}
		if !ours {
			continue
		}
		var broken *pgconn.PgError
		err := l.connect(ctx, s.dsn)
		if errors.As(err, &broken) && broken.Code == "3D000" { // no such database
			err = s.remake(ctx, l)
		}
		return l, err
	}
}

// remake copies the template.
func (s *server) remake(ctx context.Context, l *loan) error {
	if l.conn != nil {
		_ = l.conn.Close(ctx) // it is not needed, and dropping ends it anyway
	}
	for _, statement := range []string{dropping(l.name), copying(s.template, l.name)} {
		if err := s.exec(ctx, statement); err != nil {
			return err
		}
	}
	return l.connect(ctx, s.dsn)
}

func dropping(name string) string { return "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)" }

func copying(from, to string) string { return "CREATE DATABASE " + to + " TEMPLATE " + from }

// copy ends whoever is connected to the original, for that would hinder it.
func (s *server) copy(ctx context.Context, original, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.admin.Exec(ctx, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", original); err != nil {
		return err
	}
	return s.exec(ctx, copying(original, name))
}

func (s *server) drop(ctx context.Context, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.exec(ctx, dropping(name))
}

func databaseOf(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		panic(err) // the server's, with another name
	}
	return strings.TrimPrefix(u.Path, "/")
}

func withDatabase(dsn, name string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		panic(err) // checked when the server was found
	}
	u.Path = "/" + name
	return u.String()
}
