package configs

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Validate returns every setting that cannot be used, each with its key, the
// way out and its environment variable.
func (c *Config) Validate() error {
	return errors.Join(
		c.checkData(),
		c.Log.check(),
		c.Store.check(),
		c.Organisation.check(),
		c.Limits.check(),
		c.Feishu.check(),
		c.DingTalk.check(),
		c.checkServer(),
		c.checkPorts(),
	)
}

// wrong says what is wrong with the setting key, and where else it can be set.
func wrong(key, sentence string, args ...any) error {
	variable := prefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
	return fmt.Errorf("%s %s（也可以设环境变量 %s）", key, fmt.Sprintf(sentence, args...), variable)
}

func (c *Config) checkData() error {
	if strings.TrimSpace(c.Data) == "" {
		return wrong("data", "不能为空：请写数据文件夹，如 huiban-data")
	}
	return nil
}

func (l Log) check() error {
	return errors.Join(
		oneOf("log.level", l.Level, "debug", "info", "warn", "error"),
		oneOf("log.format", l.Format, "text", "json"),
	)
}

func oneOf(key, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return wrong(key, "不能是“%s”：请从 %s 中选一个", value, strings.Join(allowed, "、"))
}

// check looks only at the form of the DSN; whether the database answers is
// found out by storage. It never repeats the DSN: there is a password in it.
func (s Store) check() error {
	const form = "用户:密码@tcp(主机:3306)/库名"
	if err := oneOf("store.driver", s.Driver, "sqlite", "mysql"); err != nil {
		return err
	}
	dsn := s.DSN.Reveal()
	if s.Driver == "sqlite" {
		if dsn != "" {
			return wrong("store.dsn", "在 store.driver 为 sqlite 时不用写（数据在 data 文件夹里）：请去掉它，或把 store.driver 改成 mysql")
		}
		return nil
	}
	if dsn == "" {
		return wrong("store.dsn", "不能为空：store.driver 为 mysql 时请写 %s；含密码，建议放进文件并设 %sSTORE_DSN_FILE", form, prefix)
	}
	address, params, _ := strings.Cut(dsn[strings.LastIndex(dsn, "@")+1:], "?")
	protocol, database, ok := strings.Cut(address, ")/")
	if strings.Contains(protocol, "://") || !ok || !strings.Contains(protocol, "(") {
		return wrong("store.dsn", "的写法不对：请写成 %s，不要用 mysql:// 开头的网址", form)
	}
	if database == "" {
		return wrong("store.dsn", "没有库名：请写成 %s", form)
	}
	if strings.Contains(params, "multiStatements=true") {
		return wrong("store.dsn", "不能带 multiStatements=true：请去掉这个参数")
	}
	return nil
}

func (o Organisation) check() error {
	errs := []error{checkWorkHours(o.WorkHours)}
	if o.Quiet.From == o.Quiet.To {
		errs = append(errs, wrong("organisation.quiet", "的起止相同（%s）：请写成 21:00-08:30 的样子", o.Quiet))
	}
	for _, t := range []struct {
		key string
		at  TimeOfDay
	}{
		{"organisation.default_due", o.DefaultDue},
		{"organisation.off_work", o.OffWork},
		{"organisation.digest", o.Digest},
	} {
		if o.Quiet.Holds(t.at) {
			errs = append(errs, wrong(t.key, "是 %s，落在免打扰时段 organisation.quiet（%s）里：请改其中一个", t.at, o.Quiet))
		}
	}
	if o.Noon >= o.OffWork {
		errs = append(errs, wrong("organisation.noon", "是 %s，要早于 organisation.off_work（%s）：请改其中一个", o.Noon, o.OffWork))
	}
	return errors.Join(errs...)
}

func checkWorkHours(spans []Span) error {
	const key = "organisation.work_hours"
	if len(spans) == 0 {
		return wrong(key, "不能为空：请写工作时段，如 09:00-12:00 和 13:00-18:00")
	}
	var errs []error
	for i, s := range spans {
		if s.From >= s.To {
			errs = append(errs, wrong(key, "的 %s 起点不早于终点：请写成 09:00-12:00 的样子", s))
		}
		if i > 0 && s.From < spans[i-1].To {
			errs = append(errs, wrong(key, "的 %s 与 %s 重叠或次序颠倒：请按先后写，互不重叠", s, spans[i-1]))
		}
	}
	return errors.Join(errs...)
}

func (l Limits) check() error {
	return between("limits.files_gb", l.FilesGB, 1, 10_000)
}

func between(key string, value, low, high int) error {
	if low <= value && value <= high {
		return nil
	}
	return wrong(key, "不能是 %d：请写 %d 到 %d 的整数", value, low, high)
}

// checkServer keeps the answers about the bot's health on this machine: they
// ask for no password.
func (c *Config) checkServer() error {
	const key = "server.listen"
	listen := c.Server.Listen
	if err := checkAddress(key, listen, "127.0.0.1:8081"); err != nil {
		return err
	}
	host, port, _ := net.SplitHostPort(listen)
	if !Loopback(host) {
		return wrong(key, "是 %s，别的机器也能访问，而这里没有登录：请写本机地址，如 127.0.0.1:%s；要从别处看，请用反向代理", listen, port)
	}
	return nil
}

// ports are the addresses on which others reach this process, by their keys.
func (c *Config) ports() []port {
	out := []port{{"server.listen", c.Server.Listen}}
	if c.Feishu.On() && c.Feishu.Mode == "webhook" {
		out = append(out, port{"feishu.listen", c.Feishu.Listen})
	}
	if c.DingTalk.On() && c.DingTalk.Mode == "http" {
		out = append(out, port{"dingtalk.listen", c.DingTalk.Listen})
	}
	return out
}

type port struct{ key, address string }

// checkPorts finds two that are the same.
func (c *Config) checkPorts() error {
	seen := map[string]string{}
	var errs []error
	for _, p := range c.ports() {
		if other := seen[p.address]; other != "" && !strings.HasSuffix(p.address, ":0") {
			errs = append(errs, wrong(other, "和 %s 都是 %s：请给其中一个换端口", p.key, p.address))
		}
		seen[p.address] = p.key
	}
	return errors.Join(errs...)
}

// checkAddress asks for host:port; the host may be left out to listen on all
// addresses.
func checkAddress(key, address, example string) error {
	_, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return wrong(key, "不能是“%s”：请写成 %s 的样子，端口是 0 到 65535", address, example)
	}
	return nil
}

// Loopback reports whether a host name is this machine's own.
func Loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}
