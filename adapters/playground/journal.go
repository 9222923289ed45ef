package playground

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"huiban/bot"
)

// journalName is the journal's file in Options.Dir.
const journalName = "playground.jsonl"

// An entry is one line of the journal: one thing that was added or changed.
type entry struct {
	Person    *Person        `json:"person,omitempty"`
	Chat      *Chat          `json:"chat,omitempty"`
	File      *file          `json:"file,omitempty"`
	Message   *message       `json:"message,omitempty"`
	Face      *newFace       `json:"face,omitempty"`
	Fault     *fault         `json:"fault,omitempty"`
	Abilities *bot.Abilities `json:"abilities,omitempty"`
	Begin     int64          `json:"begin,omitempty"` // the seq at which data began anew
}

// A journal is an append-only file of entries. What append returned from is on
// the disk; a line that a crash cut short is dropped when it is opened again.
type journal struct {
	file *os.File
	size int64
	lazy bool  // entries are not waited for: what is written can be made again
	err  error // why nothing can be written any more
}

// openJournal opens or makes the journal in dir and hands every entry to each.
func openJournal(dir string, each func(entry)) (*journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("folder of the journal: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, journalName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	j := &journal{file: f}
	if err := j.load(each); err != nil {
		return nil, errors.Join(fmt.Errorf("journal %s: %w", f.Name(), err), f.Close())
	}
	return j, nil
}

// load reads all whole lines and cuts off what follows them.
func (j *journal) load(each func(entry)) error {
	r := bufio.NewReaderSize(j.file, 1<<16)
	for n := 1; ; n++ {
		line, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break // the last write was torn, or there was none
		}
		if err != nil {
			return err
		}
		var e entry
		if err := json.Unmarshal(line, &e); err != nil { //nolint:musttag // cards are kept by the names of their fields
			if _, more := r.Peek(1); errors.Is(more, io.EOF) {
				break
			}
			return fmt.Errorf("line %d: %w", n, err)
		}
		each(e)
		j.size += int64(len(line))
	}
	return j.cut(j.size)
}

// cut shortens the file to size and goes on writing there.
func (j *journal) cut(size int64) error {
	if err := j.file.Truncate(size); err != nil {
		return err
	}
	if _, err := j.file.Seek(size, io.SeekStart); err != nil {
		return err
	}
	j.size = size
	return j.file.Sync()
}

// append writes entries and returns when they are on the disk. After an error
// that could not be undone it refuses for good: what follows a torn line in the
// middle could not be read again.
func (j *journal) append(entries ...entry) error {
	if j == nil {
		return nil
	}
	if j.err != nil {
		return j.err
	}
	var buf bytes.Buffer
	for _, e := range entries {
		line, err := json.Marshal(e) //nolint:musttag // cards are kept by the names of their fields
		if err != nil {
			return fmt.Errorf("journal entry: %w", err)
		}
		buf.Write(line)
		buf.WriteByte('\n')
	}
	_, err := j.file.Write(buf.Bytes())
	if err == nil && !j.lazy {
		err = j.file.Sync()
	}
	if err != nil {
		if undo := j.cut(j.size); undo != nil {
			j.err = fmt.Errorf("journal is broken: %w", errors.Join(err, undo))
		}
		return fmt.Errorf("journal: %w", err)
	}
	j.size += int64(buf.Len())
	return nil
}

// hasten runs fn without waiting for the disk at each entry, and waits once.
func (j *journal) hasten(fn func() error) error {
	if j == nil {
		return fn()
	}
	j.lazy = true
	err := fn()
	j.lazy = false
	return errors.Join(err, j.file.Sync())
}

// begin drops all entries.
func (j *journal) begin(seq int64) error {
	if j == nil {
		return nil
	}
	if err := j.cut(0); err != nil {
		j.err = fmt.Errorf("journal is broken: %w", err)
		return j.err
	}
	j.err = nil
	return j.append(entry{Begin: seq})
}

func (j *journal) close() error {
	if j == nil {
		return nil
	}
	return j.file.Close()
}
