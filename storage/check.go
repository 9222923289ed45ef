package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Finding is something about the database that puts data or order at risk.
// Say tells the operator, in Chinese, what it is and how to mend it.
type Finding struct {
	Severe bool // the program should not run on it
	Say    string
}

// Check looks at the settings that no test of ours can replace: durability,
// strictness, clocks and schema. An error means that it could not look.
func (s *Store) Check(ctx context.Context) ([]Finding, error) {
	found, err := s.check(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("self-check: %w", err)
	}
	schema, err := s.checkSchema(ctx)
	return append(found, schema...), err
}

func (s *Store) checkSchema(ctx context.Context) ([]Finding, error) {
	pending, err := s.Pending(ctx)
	switch {
	case errors.Is(err, ErrNewerSchema):
		return []Finding{{Severe: true, Say: "数据库的表结构比本程序新。请换用更新的程序，不要用旧程序写这个数据库。"}}, nil
	case err != nil:
		return nil, err
	case pending:
		return []Finding{{Severe: true, Say: "数据库的表结构还没有更新。请先运行 huiban migrate。"}}, nil
	}
	missing, err := s.missingGuards(ctx)
	if err != nil {
		return nil, err
	}
	var found []Finding
	for _, table := range guarded() {
		if slices.ContainsFunc(missing, func(g guard) bool { return g.table == table.table }) {
			found = append(found, Finding{Say: table.say + "没有防止改写的触发器。请给账号 TRIGGER 权限（开着二进制日志时还要设 log_bin_trust_function_creators=1），再运行 huiban migrate。"})
		}
	}
	return found, nil
}

func checkLite(ctx context.Context, s *Store) ([]Finding, error) {
	db, err := s.write.DB()
	if err != nil {
		return nil, err
	}
	var journal, path string
	var synchronous, seq int
	var name string
	for pragma, into := range map[string][]any{
		"PRAGMA journal_mode":  {&journal},
		"PRAGMA synchronous":   {&synchronous},
		"PRAGMA database_list": {&seq, &name, &path},
	} {
		if err := db.QueryRowContext(ctx, pragma).Scan(into...); err != nil {
			return nil, fmt.Errorf("%s: %w", pragma, err)
		}
	}
	var found []Finding
	if journal != "wal" {
		found = append(found, Finding{Severe: true, Say: fmt.Sprintf("SQLite 的日志模式是 %s，不是 wal。请把数据目录放在本机磁盘上，再重新启动。", journal)})
	}
	if synchronous != 2 {
		found = append(found, Finding{Severe: true, Say: "SQLite 没有按 synchronous=FULL 落盘，断电会丢数据。请用本程序自带的设置重新启动。"})
	}
	if kind := networkFolder(path); kind != "" {
		found = append(found, Finding{Severe: true, Say: fmt.Sprintf("数据目录在网络文件系统（%s）上，SQLite 的锁在那里不可靠。请把数据目录移到本机磁盘，或者改用 MySQL。", kind)})
	}
	if info, err := os.Stat(filepath.Dir(path)); err == nil && info.Mode().Perm()&0o007 != 0 && runtime.GOOS != "windows" {
		found = append(found, Finding{Say: "本机的其他用户可以进入数据目录 " + filepath.Dir(path) + "。请运行 chmod 700 收回权限。"})
	}
	return found, nil
}

// mostSkew is how far the server's clock may be from ours before people see
// times that are wrong.
const mostSkew = 2 * time.Second

func checkMySQL(ctx context.Context, s *Store) ([]Finding, error) {
	db, err := s.write.DB()
	if err != nil {
		return nil, err
	}
	v, err := variables(ctx, db)
	if err != nil {
		return nil, err
	}
	found := checkVariables(v)
	if s.o.Lease == nil {
		return found, nil
	}
	before := s.o.Lease()
	var server int64
	if err := db.QueryRowContext(ctx, "SELECT "+s.leaseNow().SQL).Scan(&server); err != nil {
		return nil, fmt.Errorf("clock of the server: %w", err)
	}
	after := s.o.Lease()
	skew := max(before.Sub(at(server)), at(server).Sub(after))
	if skew > mostSkew {
		found = append(found, Finding{Say: fmt.Sprintf("数据库的时钟和本机相差 %v。请在两边都开启对时（NTP）。", skew.Round(time.Second))})
	}
	return found, nil
}

// variables are the server's settings that matter; one that the server does
// not know is missing.
func variables(ctx context.Context, db *sql.DB) (map[string]string, error) {
	rows, err := db.QueryContext(ctx, `SHOW VARIABLES WHERE Variable_name IN ('innodb_flush_log_at_trx_commit', 'log_bin', 'sync_binlog', 'sql_mode',
		'max_allowed_packet', 'wsrep_on', 'read_only')`)
	if err != nil {
		return nil, fmt.Errorf("variables: %w", err)
	}
	v := map[string]string{}
	err = pairs(rows, v)
	if err != nil || v["wsrep_on"] != "ON" {
		return v, err
	}
	rows, err = db.QueryContext(ctx, "SHOW STATUS WHERE Variable_name IN ('wsrep_cluster_size', 'wsrep_ready')")
	if err != nil {
		return nil, fmt.Errorf("status: %w", err)
	}
	return v, pairs(rows, v)
}

func pairs(rows *sql.Rows, into map[string]string) error {
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return errors.Join(err, rows.Close())
		}
		into[strings.ToLower(name)] = value
	}
	return errors.Join(rows.Err(), rows.Close())
}

// checkVariables judges a server's settings.
func checkVariables(v map[string]string) []Finding {
	var found []Finding
	say := func(wrong, severe bool, text string) {
		if wrong {
			found = append(found, Finding{Severe: severe, Say: text})
		}
	}
	is := func(name string, values ...string) bool {
		for _, value := range values {
			if strings.EqualFold(v[name], value) {
				return true
			}
		}
		return false
	}
	flush, known := v["innodb_flush_log_at_trx_commit"]
	say(known && flush != "1", true, "数据库 innodb_flush_log_at_trx_commit="+flush+"，崩溃时会丢已经确认的数据。请设为 1。")
	say(is("log_bin", "ON", "1") && !is("sync_binlog", "1"), false, "数据库 sync_binlog="+v["sync_binlog"]+"，崩溃后主从可能不一致。请设为 1。")
	say(!strings.Contains(v["sql_mode"], "STRICT_"), true, "数据库的 sql_mode 没有 STRICT_TRANS_TABLES，太长的内容会被悄悄截断。请加上它。")
	say(is("read_only", "ON", "1"), true, "数据库是只读的（read_only）。请连接主库。")
	packet, err := strconv.ParseInt(v["max_allowed_packet"], 10, 64)
	say(err == nil && packet < 4*filePart, true, "数据库 max_allowed_packet="+v["max_allowed_packet"]+"，附件存不进去。请设为 16M 以上。")
	galera := is("wsrep_on", "ON")
	say(galera && !is("wsrep_ready", "ON"), true, "Galera 节点还没有就绪（wsrep_ready）。请等它加入集群，或者换一个节点。")
	say(galera && is("wsrep_cluster_size", "1", "2"), false, "Galera 集群只有 "+v["wsrep_cluster_size"]+" 个节点。请至少用 3 个，否则一个节点出错就会停。")
	return found
}
