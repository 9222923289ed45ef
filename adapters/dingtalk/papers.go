package dingtalk

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"huiban/bot"
)

// How long a file that was uploaded is used again, and how long one that somebody
// has, unchanged, is not sent to him with a reminder where calls are few.
const (
	mediaKept = 12 * time.Hour
	fileHad   = 3 * 24 * time.Hour
)

// media are the files that were uploaded of late, by what is in them, and who has
// which; after a restart nobody is known to have one.
type media struct {
	group singleflight.Group

	mu   sync.Mutex
	kept map[string]kept[string]
	had  map[string]time.Time // until when, by file and place
}

// id is the media_id of a file that was uploaded of late, else empty.
func (m *media) id(file string, now time.Time) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if k := m.kept[file]; now.Before(k.until) {
		return k.value
	}
	return ""
}

func (m *media) keep(file, id string, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil || len(m.kept) > 100 {
		m.kept = map[string]kept[string]{}
	}
	m.kept[file] = kept[string]{id, now.Add(mediaKept)}
}

// has reports whether a place has a file for sure.
func (m *media) has(file string, o bot.Out, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return now.Before(m.had[digest(file, string(o.Chat), string(o.Account))])
}

func (m *media) sent(file string, o bot.Out, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.had == nil || len(m.had) > mostKnown {
		m.had = map[string]time.Time{}
	}
	m.had[digest(file, string(o.Chat), string(o.Account))] = now.Add(fileHad)
}

// documents sends what belongs to a message as files behind it. The message was
// seen then and must not be sent again because a file failed.
func (p *Platform) documents(ctx context.Context, o bot.Out) error {
	for i, d := range o.Papers {
		err := p.document(ctx, o, d)
		if denied(err) {
			p.o.Log.WarnContext(ctx, "a document is not sent", "error", err)
			return nil
		}
		if err != nil {
			return partly(1, fmt.Errorf("document %d: %w", i+1, err))
		}
	}
	return nil
}

func (p *Platform) document(ctx context.Context, o bot.Out, d bot.Document) error {
	if o.Chat == "" && outside(o.Account) {
		return errors.New(wordOutside)
	}
	name, kind, body, err := packed(d)
	if err != nil {
		return err
	}
	file := digest(name, string(d.Body))
	if p.Thrifty() && o.Class != bot.ClassAnswer && p.media.has(file, o, p.o.Now()) {
		return nil
	}
	id, err := p.uploaded(ctx, name, body)
	if err != nil {
		return err
	}
	m := robotMessage{"sampleFile", toJSON(map[string]string{"mediaId": id, "fileName": name, "fileType": kind})}
	if _, err = p.robotSend(ctx, m, o); err == nil {
		p.media.sent(file, o, p.o.Now())
	}
	return err
}

// packed is a document as the platform takes it; what is of a kind that it does not
// take goes as an archive.
func packed(d bot.Document) (name, kind string, body []byte, err error) {
	name = fileName(d.Name)
	kind = strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	if slices.Contains([]string{"xlsx", "pdf", "zip", "rar", "doc", "docx"}, kind) {
		return name, kind, d.Body, nil
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create(name)
	if err == nil {
		_, err = f.Write(d.Body)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		return "", "", nil, fmt.Errorf("archive: %w", err)
	}
	return name + ".zip", "zip", b.Bytes(), nil
}

// uploaded is the media_id of a file, which is brought to the platform once for all
// who get it; a slow one holds up nobody else's.
func (p *Platform) uploaded(ctx context.Context, name string, body []byte) (string, error) {
	file := digest(name, string(body))
	uploaded := p.media.group.DoChan(file, func() (any, error) {
		if id := p.media.id(file, p.o.Now()); id != "" {
			return id, nil
		}
		id, err := p.client.upload(context.WithoutCancel(ctx), name, body)
		if err == nil {
			p.media.keep(file, id, p.o.Now())
		}
		return id, err
	})
	select {
	case r := <-uploaded:
		id, _ := r.Val.(string)
		return id, r.Err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// fileName is a name that means a file and nothing else, wherever it goes: people
// and titles make it.
func fileName(name string) string {
	name = strings.NewReplacer("/", "／", "\\", "＼", `"`, "＂", "\n", " ", "\t", " ").Replace(printable(name))
	name = strings.TrimSpace(name)
	if ending := path.Ext(name); len(ending) <= 10 { // what is too long keeps it: it says how to open the file
		return cut(strings.TrimSuffix(name, ending), 120-len(ending)) + ending
	}
	return cut(name, 120)
}
