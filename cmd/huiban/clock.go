package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"huiban/bot/workday"
)

// A standingClock is the business clock of the demo: it stands still until it
// is set, is kept in a file, and never goes back.
type standingClock struct {
	file string
	mu   sync.Mutex
	now  time.Time
}

// openClock takes the clock up where the folder left it, or begins at start.
func openClock(dir string, start time.Time) (*standingClock, error) {
	c := &standingClock{file: filepath.Join(dir, "clock"), now: start.In(workday.Zone)}
	text, err := os.ReadFile(c.file)
	if errors.Is(err, fs.ErrNotExist) {
		return c, c.write(c.now)
	}
	if err != nil {
		return nil, fmt.Errorf("演示时钟：%w", err)
	}
	kept, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("演示时钟的文件 %s 读不懂（%w）：请换一个 --data 文件夹，或删掉这个文件夹重新开始", c.file, err)
	}
	c.now = kept.In(workday.Zone)
	return c, nil
}

// Now is the time that the clock shows.
func (c *standingClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock on; an earlier time is an error and changes nothing.
func (c *standingClock) Set(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.Before(c.now) {
		return fmt.Errorf("演示时钟不能往回拨：现在是 %s", c.now.Format(time.RFC3339))
	}
	if err := c.write(t); err != nil {
		return err
	}
	c.now = t.In(workday.Zone)
	return nil
}

// write replaces the file at once, so that a crash leaves the old or the new.
func (c *standingClock) write(t time.Time) error {
	next := c.file + ".new"
	f, err := os.OpenFile(next, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("演示时钟：%w", err)
	}
	_, err = f.WriteString(t.In(workday.Zone).Format(time.RFC3339Nano) + "\n")
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("演示时钟：%w", err)
	}
	if err := os.Rename(next, c.file); err != nil {
		return fmt.Errorf("演示时钟：%w", err)
	}
	return nil
}
