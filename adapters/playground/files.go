package playground

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"huiban/bot"
)

// longestFileName is how many characters of a file's name are kept.
const longestFileName = 120

// A file is an upload: its id here and what the vault keeps it under.
type file struct {
	ID   string     `json:"id"`
	File bot.FileID `json:"file"`
	Name string     `json:"name"`
	Size int64      `json:"size"`
}

// Upload keeps a file and returns the id to attach it by.
func (p *Platform) Upload(ctx context.Context, filename string, body io.Reader) (string, error) {
	filename = fileName(filename)
	if filename == "" {
		return "", refuse(http.StatusBadRequest, "请写上文件名，如 POST /api/files?name=方案.pdf。")
	}
	stored, err := p.o.Vault.PutFile(ctx, filename, body)
	var big *http.MaxBytesError
	switch {
	case errors.Is(err, bot.ErrFileEmpty):
		return "", refuse(http.StatusBadRequest, "“%s”是空的，请换一个有内容的文件。", filename)
	case errors.Is(err, bot.ErrFileTooLarge), errors.As(err, &big):
		return "", refuse(http.StatusRequestEntityTooLarge, "“%s”超过 20 MB，请压缩或拆开再传。", filename)
	case err != nil:
		return "", fmt.Errorf("upload %s: %w", filename, err)
	}
	r := p.record
	r.mu.Lock()
	defer r.mu.Unlock()
	f := file{ID: "f" + strconv.Itoa(len(r.files)+1), File: stored.ID, Name: filename, Size: stored.Size}
	return f.ID, r.write(entry{File: &f})
}

// fileName is the last part of a name, without what could mislead.
func fileName(s string) string {
	s = path.Base(strings.ReplaceAll(s, `\`, "/"))
	s = strings.TrimSpace(strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) || c == utf8.RuneError {
			return -1
		}
		return c
	}, s))
	if s == "." || s == ".." || s == "/" {
		return ""
	}
	if n := utf8.RuneCountInString(s); n > longestFileName { // the ending says what it is
		s = string([]rune(s)[n-longestFileName:])
	}
	return s
}

func (s *server) postFiles(w http.ResponseWriter, r *http.Request) error {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); strings.HasPrefix(kind, "multipart/") {
		return refuse(http.StatusUnsupportedMediaType, "正文要是文件本身，不是表单，如 curl --data-binary @方案.pdf。")
	}
	ctx := r.Context()
	if err := s.p.gate.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.p.gate.Release(1)
	id, err := s.p.Upload(ctx, r.URL.Query().Get("name"), http.MaxBytesReader(w, r.Body, bot.MaxFile+1))
	if err != nil {
		return err
	}
	s.answer(w, struct {
		File string `json:"file"`
	}{id})
	return nil
}

// getFile sends a file, always to be saved: what people upload is never shown
// as part of the page.
func (s *server) getFile(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	s.p.record.mu.Lock()
	f, mine := s.p.record.files[id]
	s.p.record.mu.Unlock()
	if !mine {
		f.File = bot.FileID(id) // cards name their files as the vault does
	}
	stored, body, err := s.p.o.Vault.OpenFile(r.Context(), f.File)
	if errors.Is(err, bot.ErrNoFile) {
		return refuse(http.StatusNotFound, "没有“%s”这个文件，请从消息里的链接下载。", clip(id))
	}
	if err != nil {
		return fmt.Errorf("file %s: %w", id, err)
	}
	if !mine {
		f.Name = fileName(stored.Name)
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Length", strconv.FormatInt(stored.Size, 10))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("Content-Security-Policy", policy+"; sandbox")
	h.Set("Cache-Control", "no-store")
	_, err = io.Copy(w, body)
	if err := errors.Join(err, body.Close()); err != nil {
		s.log.WarnContext(r.Context(), "file was not sent in full", "file", id, "error", err)
		panic(http.ErrAbortHandler) // half a file must not look like a whole one
	}
	return nil
}
