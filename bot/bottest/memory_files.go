package bottest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"sync"

	"huiban/bot"
)

// A vault is a bot.Vault in memory.
type vault struct {
	mu    sync.Mutex
	files map[bot.FileID]file
}

type file struct {
	bot.StoredFile

	content []byte
}

// PutFile implements bot.Vault.
func (v *vault) PutFile(ctx context.Context, name string, r io.Reader) (bot.StoredFile, error) {
	content, err := io.ReadAll(io.LimitReader(r, bot.MaxFile+1))
	switch {
	case err != nil:
		return bot.StoredFile{}, fmt.Errorf("file %s: %w", name, err)
	case ctx.Err() != nil:
		return bot.StoredFile{}, ctx.Err()
	case len(content) == 0:
		return bot.StoredFile{}, bot.ErrFileEmpty
	case len(content) > bot.MaxFile:
		return bot.StoredFile{}, bot.ErrFileTooLarge
	}
	sum := sha256.Sum256(content)
	f := file{StoredFile: bot.StoredFile{ID: bot.FileID(hex.EncodeToString(sum[:])), Name: name, Size: int64(len(content))}, content: content}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.files == nil {
		v.files = map[bot.FileID]file{}
	}
	if _, known := v.files[f.ID]; !known {
		v.files[f.ID] = f
	}
	return f.StoredFile, nil
}

// OpenFile implements bot.Vault.
func (v *vault) OpenFile(_ context.Context, id bot.FileID) (bot.StoredFile, io.ReadCloser, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	f, ok := v.files[id]
	if !ok {
		return bot.StoredFile{}, nil, fmt.Errorf("file %s: %w", id, bot.ErrNoFile)
	}
	return f.StoredFile, io.NopCloser(bytes.NewReader(f.content)), nil
}
