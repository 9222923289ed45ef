package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"huiban/bot/workday"
	"huiban/storage"
)

type backupCommand struct {
	configured

	To string `help:"备份写到哪个文件或文件夹；不写则放在数据文件夹旁边，名字带时间。不会覆盖已有的文件" type:"path"`
}

// Run copies the SQLite database, beside a running bot too. All that belongs to
// an installation lies in it, files that people sent included.
func (c backupCommand) Run(ctx context.Context, w world) error {
	cfg, err := c.load(w)
	if err != nil {
		return err
	}
	if cfg.Store.Driver != "sqlite" {
		return errors.New("数据在 MySQL/MariaDB 里（附件也在库里），请用数据库自己的工具备份：MySQL 用 mysqldump --single-transaction --hex-blob 库名，MariaDB 用 mariadb-dump，参数相同")
	}
	to, err := c.target(cfg.Data, time.Now())
	if err != nil {
		return err
	}
	err = storage.BackupSQLite(ctx, cfg.Data, to)
	switch {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("备份不会覆盖已有的文件：请换一个 --to，或先移开它（%w）", err)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("找不到要备份的数据或要写入的文件夹：请检查 data（现在是 %s）和 --to（%w）", cfg.Data, err)
	case err != nil:
		return fmt.Errorf("备份没有做成，没有留下文件：%w", err)
	}
	_, err = fmt.Fprintf(w.out, `已备份到 %s，检查过是完整的。里面有全部数据和附件，没有配置文件和密钥。
恢复：停止会办，把 %s 里的 huiban.db、huiban.db-wal、huiban.db-shm（有哪个移哪个）移到别处，
再把备份复制成 %s，启动会办。
`, to, cfg.Data, filepath.Join(cfg.Data, "huiban.db"))
	return err
}

// target is the file to be written: in the folder that --to names, or beside
// the data, named by the time of day in Shanghai.
func (c backupCommand) target(data string, now time.Time) (string, error) {
	name := now.In(workday.Zone).Format("huiban-20060102-150405.db")
	if c.To == "" {
		data, err := filepath.Abs(data)
		return filepath.Join(filepath.Dir(data), name), err
	}
	if info, err := os.Stat(c.To); err == nil && info.IsDir() {
		return filepath.Join(c.To, name), nil
	}
	return c.To, nil
}
