// Package configs reads what an operator sets: a YAML file, then environment
// variables over it, both checked before anything starts.
//
// Its fields are plain and it imports nothing of ours: cmd copies them into the
// options of storage, the engine and the adapters. It opens no database and no
// port, and it asks the environment only through Load's argument.
package configs

// Config is everything that is set outside the program. Each field has the
// YAML key in its tag and the environment variable HUIBAN_… beside it.
type Config struct {
	// Data is the folder of all that one installation keeps on disk: the SQLite
	// files, the lock against a second process.
	Data string `yaml:"data" env:"DATA"`

	Log   Log   `yaml:"log" envPrefix:"LOG_"`
	Store Store `yaml:"store" envPrefix:"STORE_"`

	Organisation Organisation `yaml:"organisation" envPrefix:"ORGANISATION_"`
	Limits       Limits       `yaml:"limits" envPrefix:"LIMITS_"`

	Feishu   Feishu   `yaml:"feishu" envPrefix:"FEISHU_"`
	DingTalk DingTalk `yaml:"dingtalk" envPrefix:"DINGTALK_"`
	Server   Server   `yaml:"server" envPrefix:"SERVER_"`
}

// Log says what is written to standard error, and how.
type Log struct {
	Level  string `yaml:"level" env:"LEVEL"`   // debug, info, warn, error
	Format string `yaml:"format" env:"FORMAT"` // text for people, json for collectors
}

// Store says where the data lies.
type Store struct {
	Driver string `yaml:"driver" env:"DRIVER"` // sqlite (in Config.Data) or mysql (MySQL, MariaDB)

	// DSN is that of go-sql-driver/mysql, user:password@tcp(host:3306)/database.
	// SQLite has none.
	DSN Secret `yaml:"dsn" env:"DSN"`
}

// Organisation holds what a company is asked once at set-up (method.md 2.3).
// All times are wall times of Asia/Shanghai.
type Organisation struct {
	DefaultDue TimeOfDay `yaml:"default_due" env:"DEFAULT_DUE"` // a deadline said without an hour (R37)
	Noon       TimeOfDay `yaml:"noon" env:"NOON"`               // “中午前”
	OffWork    TimeOfDay `yaml:"off_work" env:"OFF_WORK"`       // “下班前”
	WorkHours  []Span    `yaml:"work_hours" env:"WORK_HOURS"`   // what work-hour steps count (2.4), in order
	Quiet      Span      `yaml:"quiet" env:"QUIET"`             // no unasked message then (R90); may pass midnight
	Digest     TimeOfDay `yaml:"digest" env:"DIGEST"`           // the one digest a person and working day (R75)
}

// Limits are the sizes above which input is refused with a sentence.
type Limits struct {
	FilesGB int `yaml:"files_gb" env:"FILES_GB"` // all stored files together, in GiB
}

// Server is what the machine's own supervisor asks whether all is well.
type Server struct {
	Listen string `yaml:"listen" env:"LISTEN"` // loopback host:port of /healthz and /readyz
}

// Default returns the settings of an installation that sets nothing.
func Default() Config {
	return Config{
		Data:  "huiban-data",
		Log:   Log{Level: "info", Format: "text"},
		Store: Store{Driver: "sqlite"},
		Organisation: Organisation{
			DefaultDue: at(17, 0),
			Noon:       at(12, 0),
			OffWork:    at(18, 0),
			WorkHours:  []Span{{at(9, 0), at(12, 0)}, {at(13, 0), at(18, 0)}},
			Quiet:      Span{at(21, 0), at(8, 30)},
			Digest:     at(9, 0),
		},
		Limits:   Limits{FilesGB: 10},
		Feishu:   Feishu{Domain: "feishu", Mode: "websocket", Listen: "127.0.0.1:8090"},
		DingTalk: defaultDingTalk(),
		Server:   Server{Listen: "127.0.0.1:8081"},
	}
}
