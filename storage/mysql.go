package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	gormmysql "gorm.io/driver/mysql"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// connections is the size of the pool, in use and idle.
const connections = 32

// OpenMySQL opens a database of a MySQL, MariaDB or TiDB server. The DSN has
// the form user:password@tcp(host:port)/database; what it leaves open is set as
// the store needs it. Errors do not hold the DSN or its password.
func OpenMySQL(ctx context.Context, dsn string, o Options) (*Store, error) {
	cfg, err := complete(dsn)
	if err != nil {
		return nil, err
	}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, hide(err, cfg.Passwd)
	}
	s := newStore(shared(), o)
	db := sql.OpenDB(connector)
	s.close = append(s.close, db.Close)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	db.SetConnMaxLifetime(5 * time.Minute)
	db.SetConnMaxIdleTime(time.Minute)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: %w", cfg.DBName, hide(err, cfg.Passwd)), s.Close())
	}
	s.write, err = gorm.Open(gormmysql.New(gormmysql.Config{Conn: db, SkipInitializeWithVersion: true}), quiet())
	if err != nil {
		return nil, errors.Join(hide(err, cfg.Passwd), s.Close())
	}
	s.read = s.write
	return s, nil
}

// complete reads a DSN and sets what reliability asks for. An error of the
// parser may quote the DSN, so it is not passed on.
func complete(dsn string) (*mysql.Config, error) {
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil || cfg.DBName == "" {
		return nil, errors.New("mysql DSN: not of the form user:password@tcp(host:port)/database")
	}
	cfg.Loc, cfg.ParseTime = time.UTC, true
	cfg.ClientFoundRows = true   // an UPDATE to equal values counts
	cfg.InterpolateParams = true // one round trip a statement
	cfg.RejectReadOnly = true    // after a failover
	cfg.MultiStatements = false
	for _, limit := range []struct {
		is   *time.Duration
		want time.Duration
	}{{&cfg.Timeout, 3 * time.Second}, {&cfg.ReadTimeout, 10 * time.Second}, {&cfg.WriteTimeout, 10 * time.Second}} {
		if *limit.is == 0 {
			*limit.is = limit.want
		}
	}
	if cfg.Params == nil {
		cfg.Params = map[string]string{}
	}
	cfg.Params["time_zone"] = "'+00:00'"
	cfg.Logger = &mysql.NopLogger{} // what it would say comes back as an error
	return cfg, cfg.Apply(mysql.Charset("utf8mb4", "utf8mb4_bin"))
}

// hide takes a password out of the words of an error.
func hide(err error, password string) error {
	if err == nil || password == "" || !strings.Contains(err.Error(), password) {
		return err
	}
	return errors.New(strings.ReplaceAll(err.Error(), password, "***"))
}

func shared() dialect {
	return dialect{
		name:     goose.DialectMySQL,
		turn:     &sql.TxOptions{Isolation: sql.LevelReadCommitted},
		view:     &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
		forShare: true,
		leaseNow: func() clause.Expr {
			return clause.Expr{SQL: "CAST(FLOOR(UNIX_TIMESTAMP(NOW(3)) * 1000) AS SIGNED)"}
		},
		again:   lostRace,
		spoils:  func(err error) bool { return !answered(err) || lostRace(err) },
		unknown: func(err error) bool { return !answered(err) && !gone(err) },
		locker: func() (lock.Locker, error) {
			return lock.NewMySQLTableLocker(lock.WithTableLockTimeout(200*time.Millisecond, 1500))
		},
		check: checkMySQL,
	}
}

// lostRace reports whether the server, or the way to it, gave the turn up for
// a reason that passes: deadlock, lock wait, snapshot isolation, Galera node
// not ready, shutdown, connection killed or lost.
func lostRace(err error) bool {
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		switch e.Number {
		case 1213, 1205, 1020, 1047, 1053, 1927, 3101, 8002, 8022, 9007:
			return true
		}
		return false
	}
	n, network := errors.AsType[net.Error](err)
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, mysql.ErrInvalidConn) || network && n.Timeout() && !gone(err)
}

// answered reports whether the error is the server's own word.
func answered(err error) bool {
	e, ok := errors.AsType[*mysql.MySQLError](err)
	return ok && e.Number != 1053 || errors.Is(err, gorm.ErrForeignKeyViolated)
}

// gone reports whether the turn was given up at this end, before a COMMIT went
// out.
func gone(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, sql.ErrTxDone)
}
