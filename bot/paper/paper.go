// Package paper is what a document says, whatever prints it: a title, headings,
// paragraphs and tables. It knows no chat service, no rule and no file format;
// adapters turn a Doc into a page or a file, and its Text is what a seal is
// made of.
package paper

import "strings"

// A Doc is one document. All text is plain, and every renderer escapes it for
// its own format. People stand in it as tokens (@{p9}) until they are named.
type Doc struct {
	Title  string
	Mark   string   // 【初稿 v0.2】, 紧急: what stands beside the title
	Head   []string // lines under the title: number, who may read
	Blocks []Block
	Foot   []string // lines at the end
	Sealed string   // of a sealed document the kept text, to the letter; Foot is not part of it
}

// A Block is one piece of a document: a heading, a paragraph or a table.
type Block struct {
	Heading string
	Level   int // of the heading: 1 for 一、二、三, 2 for what is below
	Para    string
	Table   *Table
}

// A Table has one heading per column.
type Table struct {
	Head []string
	Rows [][]string
}

// Heading appends a heading.
func (d *Doc) Heading(level int, text string) {
	d.Blocks = append(d.Blocks, Block{Heading: text, Level: level})
}

// Para appends a paragraph; an empty one is left out.
func (d *Doc) Para(text string) {
	if text != "" {
		d.Blocks = append(d.Blocks, Block{Para: text})
	}
}

// Grid appends a table; one without rows is left out.
func (d *Doc) Grid(head []string, rows [][]string) {
	if len(rows) > 0 {
		d.Blocks = append(d.Blocks, Block{Table: &Table{Head: head, Rows: rows}})
	}
}

// Text is the document in plain lines, the same for the same document for ever:
// a seal is the hash of it.
func (d Doc) Text() string {
	var lines []string
	add := func(s ...string) {
		for _, one := range s {
			if one != "" {
				lines = append(lines, one)
			}
		}
	}
	add(d.Title+d.Mark, strings.Join(d.Head, "\n"))
	for _, b := range d.Blocks {
		add(b.Heading, b.Para)
		if b.Table != nil {
			add(strings.Join(b.Table.Head, " | "))
			for _, r := range b.Table.Rows {
				add(strings.Join(r, " | "))
			}
		}
	}
	add(d.Foot...)
	return strings.Join(lines, "\n") + "\n"
}

// Texts lists every text of the document, for whoever looks for people in it.
func (d Doc) Texts() []string {
	out := append([]string{d.Title, d.Mark}, d.Head...)
	for _, b := range d.Blocks {
		out = append(out, b.Heading, b.Para)
		if b.Table != nil {
			out = append(out, b.Table.Head...)
			for _, r := range b.Table.Rows {
				out = append(out, r...)
			}
		}
	}
	return append(out, d.Foot...)
}

// Map returns the document with every text changed by f.
func (d Doc) Map(f func(string) string) Doc {
	all := func(in []string) []string {
		out := make([]string, len(in))
		for i, s := range in {
			out[i] = f(s)
		}
		return out
	}
	out := Doc{Sealed: d.Sealed, Title: f(d.Title), Mark: f(d.Mark), Head: all(d.Head), Foot: all(d.Foot), Blocks: make([]Block, len(d.Blocks))}
	for i, b := range d.Blocks {
		b.Heading, b.Para = f(b.Heading), f(b.Para)
		if b.Table != nil {
			t := Table{Head: all(b.Table.Head), Rows: make([][]string, len(b.Table.Rows))}
			for j, r := range b.Table.Rows {
				t.Rows[j] = all(r)
			}
			b.Table = &t
		}
		out.Blocks[i] = b
	}
	return out
}
