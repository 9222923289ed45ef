package playground

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"huiban/bot/meeting"
	"huiban/bot/paper"
)

// paperPath is where documents are read and printed.
const paperPath = "/paper/"

//go:embed paper.html
var paperSource string

// sheet draws a document, and what is said instead of one. html/template
// escapes all that stands in it.
var sheet = template.Must(template.New("paper").Funcs(template.FuncMap{ //nolint:gochecknoglobals // parsed once
	"lines": func(text string) []string {
		return strings.FieldsFunc(text, func(c rune) bool { return c == '\n' })
	},
	"says": func(cells []string) bool { return strings.Join(cells, "") != "" },
}).Parse(paperSource))

// A leaf is what sheet draws: a document, or why there is none.
type leaf struct {
	paper.Doc

	Sorry string
}

// getPaper serves a document as a page to read and to print. Whoever opens it
// in a browser reads a refusal on a page, too; scripts get it as JSON.
func (s *server) getPaper(w http.ResponseWriter, r *http.Request) error {
	doc, err := s.paper(r)
	if err == nil {
		return draw(w, http.StatusOK, leaf{Doc: doc})
	}
	var no *meeting.Refusal
	switch {
	case errors.As(err, &no):
		err = refuse(http.StatusForbidden, "%s", s.named(r.Context(), no.Error()))
	case errors.Is(err, meeting.ErrNotFound):
		err = refuse(http.StatusNotFound, "没有这份文件，可能已经重来过。请从消息里的链接打开。")
	}
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		return err
	}
	status, say := s.words(r, err)
	if say == "" {
		return nil
	}
	return draw(w, status, leaf{Sorry: say})
}

// paper asks for the document that a request names.
func (s *server) paper(r *http.Request) (paper.Doc, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || s.p.o.Paper == nil {
		return paper.Doc{}, meeting.ErrNotFound
	}
	ref := r.URL.Query().Get("user")
	if ref == "" {
		return paper.Doc{}, refuse(http.StatusBadRequest, "请写明是谁在看，如 %s?user=p4。", clip(r.URL.Path))
	}
	who, err := s.reader(ref)
	if err != nil {
		return paper.Doc{}, err
	}
	return s.p.o.Paper(r.Context(), account(who), r.PathValue("kind"), id)
}

// reader is the id of a person by id or name.
func (s *server) reader(ref string) (string, error) {
	s.p.record.mu.Lock()
	defer s.p.record.mu.Unlock()
	x, err := s.p.record.person(ref)
	if err != nil {
		return "", err
	}
	return x.ID, nil
}

// draw answers with a page; a browser that saves it names it after its title.
func draw(w http.ResponseWriter, status int, l leaf) error {
	var page bytes.Buffer
	if err := sheet.Execute(&page, l); err != nil {
		return fmt.Errorf("paper %q: %w", l.Title, err)
	}
	h := w.Header()
	h.Set("Content-Type", contentType(".html"))
	h.Set("Cache-Control", "no-store")
	if name := fileName(l.Title + l.Mark); name != "" {
		h.Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": name + ".html"}))
	}
	w.WriteHeader(status)
	_, err := page.WriteTo(w)
	if err != nil {
		return nil //nolint:nilerr // who went away reads no error
	}
	return nil
}
