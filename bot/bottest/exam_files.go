package bottest

import (
	"bytes"
	"io"
	"strings"
	"testing/iotest"

	"huiban/bot"
)

func (x exam) files() {
	put := func(name, content string) bot.StoredFile {
		f, err := x.store.PutFile(x.Context(), name, strings.NewReader(content))
		x.is("put "+name, err, nil)
		return f
	}
	f := put("会议 'a' 🎉.docx", "内容\x00\xff")
	x.same("name and size", []any{f.Name, f.Size}, []any{"会议 'a' 🎉.docx", int64(8)})
	x.same("id of equal content", put("again.docx", "内容\x00\xff").ID, f.ID)
	if other := put("other", "别的"); other.ID == f.ID || f.ID == "" {
		x.Errorf("two contents have the ids %q and %q", f.ID, other.ID)
	}
	x.same("content", x.content(f.ID), []byte("内容\x00\xff"))
	_, _, err := x.store.OpenFile(x.Context(), "none")
	x.is("unknown file", err, bot.ErrNoFile)
	_, err = x.store.PutFile(x.Context(), "broken", io.MultiReader(strings.NewReader("begun"), iotest.ErrReader(errNo)))
	x.is("a file that breaks off", err, errNo)
}

func (x exam) content(id bot.FileID) []byte {
	x.Helper()
	f, r, err := x.store.OpenFile(x.Context(), id)
	if err != nil {
		x.Fatalf("OpenFile: %v", err)
	}
	content, err := io.ReadAll(r)
	x.is("read", err, nil)
	x.is("close", r.Close(), nil)
	x.same("size", f.Size, int64(len(content)))
	return content
}

func (x exam) fileSizes() {
	_, err := x.store.PutFile(x.Context(), "empty", strings.NewReader(""))
	x.is("an empty file", err, bot.ErrFileEmpty)
	content := bytes.Repeat([]byte("0123456789abcdef"), bot.MaxFile/16+1)
	tooLarge, err := x.store.PutFile(x.Context(), "large", bytes.NewReader(content[:bot.MaxFile+1]))
	x.is("a file that is too large", err, bot.ErrFileTooLarge)
	if _, _, err := x.store.OpenFile(x.Context(), tooLarge.ID); err == nil {
		x.Error("a file that is too large was kept")
	}
	content = content[:bot.MaxFile]
	f, err := x.store.PutFile(x.Context(), "largest", iotest.HalfReader(bytes.NewReader(content)))
	x.is("the largest file", err, nil)
	if !bytes.Equal(x.content(f.ID), content) {
		x.Error("the largest file was changed")
	}
}
