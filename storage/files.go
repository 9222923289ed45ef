package storage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"gorm.io/gorm"

	"huiban/bot"
)

// ErrFull says that the files together would be larger than Options.FilesLimit.
var ErrFull = errors.New("no room for files")

// A fileRow is a stored file. It is written last: a file without it does not
// exist, whatever parts of it do.
type fileRow struct {
	ID   string `gorm:"primaryKey"`
	Name string
	Size int64
}

// TableName implements gorm's Tabler.
func (fileRow) TableName() string { return "files" }

// A filePartRow is up to filePart bytes of a file.
type filePartRow struct {
	FileID string `gorm:"primaryKey"`
	Part   int    `gorm:"primaryKey"`
	Data   []byte
}

// TableName implements gorm's Tabler.
func (filePartRow) TableName() string { return "file_parts" }

// filePart is small enough for a server's packet limit.
const filePart = 1 << 20

// PutFile implements bot.Vault. Each part is a write of its own, so that turns
// go on between them.
func (s *Store) PutFile(ctx context.Context, name string, r io.Reader) (bot.StoredFile, error) {
	content, err := io.ReadAll(io.LimitReader(r, bot.MaxFile+1))
	switch {
	case err != nil:
		return bot.StoredFile{}, fmt.Errorf("file %s: %w", name, err)
	case len(content) == 0:
		return bot.StoredFile{}, bot.ErrFileEmpty
	case len(content) > bot.MaxFile:
		return bot.StoredFile{}, bot.ErrFileTooLarge
	}
	sum := sha256.Sum256(content)
	f := fileRow{ID: hex.EncodeToString(sum[:]), Name: cut(name, 500), Size: int64(len(content))}
	if err := s.retry(ctx, func() error { return s.put(ctx, &f, content) }); err != nil {
		return bot.StoredFile{}, fmt.Errorf("file %s: %w", name, err)
	}
	return f.toFile(), nil
}

func (s *Store) put(ctx context.Context, f *fileRow, content []byte) error {
	db := s.write.WithContext(ctx)
	known, err := s.file(ctx, f.ID)
	if err == nil {
		*f = known
		return nil
	}
	if !errors.Is(err, bot.ErrNoFile) {
		return err
	}
	if err := s.room(db, f.Size); err != nil {
		return err
	}
	for part := 0; part*filePart < len(content); part++ {
		data := content[part*filePart : min((part+1)*filePart, len(content))]
		err := db.Exec("INSERT INTO file_parts (file_id, part, data) VALUES (?, ?, ?)", f.ID, part, data).Error
		if err != nil && !duplicate(err) { // left by a process that was killed: the same bytes
			return fmt.Errorf("part %d: %w", part, err)
		}
	}
	err = db.Exec("INSERT INTO files (id, name, size) VALUES (?, ?, ?)", f.ID, f.Name, f.Size).Error
	if duplicate(err) {
		return nil
	}
	return err
}

func (s *Store) room(db *gorm.DB, size int64) error {
	if s.o.FilesLimit == 0 {
		return nil
	}
	var held int64
	if err := db.Raw("SELECT COALESCE(SUM(size), 0) FROM files").Scan(&held).Error; err != nil {
		return err
	}
	if held+size > s.o.FilesLimit {
		return fmt.Errorf("%d of %d bytes are taken: %w", held, s.o.FilesLimit, ErrFull)
	}
	return nil
}

// OpenFile implements bot.Vault. The content is read a part at a time.
func (s *Store) OpenFile(ctx context.Context, id bot.FileID) (bot.StoredFile, io.ReadCloser, error) {
	f, err := s.file(ctx, string(id))
	if err != nil {
		return bot.StoredFile{}, nil, fmt.Errorf("file %s: %w", id, err)
	}
	return f.toFile(), &fileReader{ctx: ctx, store: s, file: f}, nil
}

func (s *Store) file(ctx context.Context, id string) (fileRow, error) {
	var rows []fileRow
	err := s.read.WithContext(ctx).Raw("SELECT id, name, size FROM files WHERE id = ?", id).Scan(&rows).Error
	if err != nil {
		return fileRow{}, err
	}
	if len(rows) == 0 {
		return fileRow{}, bot.ErrNoFile
	}
	return rows[0], nil
}

func (f fileRow) toFile() bot.StoredFile {
	return bot.StoredFile{ID: bot.FileID(f.ID), Name: f.Name, Size: f.Size}
}

// A fileReader reads the parts of a file one after the other.
type fileReader struct {
	ctx   context.Context //nolint:containedctx // io.Reader is not handed one
	store *Store
	file  fileRow
	part  int
	data  bytes.Reader
	read  int64
}

// Read implements io.Reader.
func (r *fileReader) Read(p []byte) (int, error) {
	if r.data.Len() == 0 {
		if r.read == r.file.Size {
			return 0, io.EOF
		}
		if err := r.next(); err != nil {
			return 0, fmt.Errorf("file %s, part %d: %w", r.file.ID, r.part, err)
		}
	}
	n, err := r.data.Read(p)
	r.read += int64(n)
	return n, err
}

// Close implements io.Closer. Nothing is held between reads.
func (r *fileReader) Close() error {
	r.data.Reset(nil)
	r.read = r.file.Size
	return nil
}

func (r *fileReader) next() error {
	var parts []filePartRow
	err := r.store.read.WithContext(r.ctx).Raw("SELECT data FROM file_parts WHERE file_id = ? AND part = ?", r.file.ID, r.part).Scan(&parts).Error
	if err != nil {
		return err
	}
	if len(parts) == 0 || len(parts[0].Data) == 0 {
		return io.ErrUnexpectedEOF
	}
	r.part++
	r.data.Reset(parts[0].Data)
	return nil
}
