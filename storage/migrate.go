package storage

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
)

// ErrNewerSchema says that the database was brought up by a newer program than
// this one, which must not write to it.
var ErrNewerSchema = errors.New("database schema is newer than this program")

//go:embed migrations/sqlite/*.sql migrations/mysql/*.sql
var migrations embed.FS

// Migrate brings the schema up to what this program needs and returns how many
// steps it took. Several processes may do so at once.
func (s *Store) Migrate(ctx context.Context) (applied int, err error) {
	p, err := s.provider(ctx)
	if err != nil {
		return 0, err
	}
	done, err := p.Up(ctx)
	if err != nil {
		return len(done), fmt.Errorf("migration: %w", err)
	}
	return len(done), s.guard(ctx)
}

// Pending reports whether Migrate has anything to do.
func (s *Store) Pending(ctx context.Context) (bool, error) {
	p, err := s.provider(ctx)
	if err != nil {
		return false, err
	}
	pending, err := p.HasPending(ctx)
	if err != nil {
		return false, fmt.Errorf("migration: %w", err)
	}
	return pending, nil
}

// provider is goose over our files, if the schema is not newer than they are.
func (s *Store) provider(ctx context.Context) (*goose.Provider, error) {
	db, err := s.write.DB()
	if err != nil {
		return nil, err
	}
	files, err := fs.Sub(migrations, dialectFolder(s.name))
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithSlog(s.o.Log)}
	if s.locker != nil {
		locker, err := s.locker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithLocker(locker))
	}
	p, err := goose.NewProvider(s.name, db, files, options...)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	is, known, err := p.GetVersions(ctx)
	for try := 1; err != nil && strings.Contains(err.Error(), "missing zero version") && try < tries && s.pause(ctx, try); try++ {
		is, known, err = p.GetVersions(ctx) // another replica is making the table of versions
	}
	if err != nil {
		return nil, fmt.Errorf("version of the schema: %w", err)
	}
	if is > known {
		return nil, fmt.Errorf("version %d, known are %d: %w", is, known, ErrNewerSchema)
	}
	return p, nil
}

// dialectFolder is where the migrations of a dialect lie.
func dialectFolder(d goose.Dialect) string {
	if d == goose.DialectSQLite3 {
		return "migrations/sqlite"
	}
	return "migrations/mysql"
}
