package configs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/caarlos0/env/v11"
	"go.yaml.in/yaml/v3"
)

// prefix begins the name of every environment variable.
const prefix = "HUIBAN_"

// Load returns the defaults, overlaid by the file at path ("" for none) and
// then by the HUIBAN_… variables of environ (key=value, as os.Environ). A
// variable may instead name a file that holds the value, HUIBAN_STORE_DSN_FILE,
// as containers mount secrets; an empty variable counts as not set.
//
// The error is for the operator: Chinese, one line for each thing to mend, all
// of them that can be known at once.
func Load(path string, environ []string) (Config, error) {
	c := Default()
	if path != "" {
		if err := c.overlayFile(path); err != nil {
			return Config{}, err
		}
	}
	if err := errors.Join(c.overlayEnv(environ), c.Validate()); err != nil {
		return Config{}, err
	}
	return c, nil
}

func (c *Config) overlayFile(path string) error {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("找不到配置文件 %s：可以从 configs/huiban.example.yaml 复制一份，或不用文件、只设 %s… 环境变量", path, prefix)
	}
	if err != nil {
		return fmt.Errorf("读不了配置文件 %s：%w", path, err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(c); err != nil && !errors.Is(err, io.EOF) { // EOF: nothing but comments
		return inChinese(path, err)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return fmt.Errorf("配置文件 %s 只能有一段：请去掉“---”及其后的内容", path)
	}
	return nil
}

// overlayEnv reads the variables one by one, so that an error can say which
// variable it is about.
func (c *Config) overlayEnv(environ []string) error {
	set := env.ToMap(environ)
	params, err := env.GetFieldParamsWithOptions(c, env.Options{Prefix: prefix, Environment: map[string]string{}})
	if err != nil {
		return fmt.Errorf("fields of Config: %w", err)
	}
	var errs []error
	for _, p := range params {
		value, err := valueOf(p.Key, set)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if value == "" {
			continue
		}
		if err := env.ParseWithOptions(c, env.Options{Prefix: prefix, Environment: map[string]string{p.Key: value}}); err != nil {
			errs = append(errs, fmt.Errorf("环境变量 %s 的值不对：%s", p.Key, reason(err)))
		}
	}
	return errors.Join(errs...)
}

// valueOf returns what a variable or the file it names by KEY_FILE holds. The
// white space around a file's text is dropped: editors end files with a newline.
func valueOf(key string, set map[string]string) (string, error) {
	file := set[key+"_FILE"]
	if file == "" {
		return set[key], nil
	}
	if set[key] != "" {
		return "", fmt.Errorf("环境变量 %s 和 %s_FILE 只能设一个：请去掉其中之一", key, key)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("环境变量 %s_FILE 指的文件读不了：请检查路径和权限（%w）", key, err)
	}
	value := strings.TrimSpace(string(text))
	if value == "" {
		return "", fmt.Errorf("环境变量 %s_FILE 指的文件 %s 是空的：请写入内容，或去掉这个变量", key, file)
	}
	return value, nil
}

// reason takes the cause out of what env says about a Go field.
func reason(err error) string {
	if parse, ok := errors.AsType[env.ParseError](err); ok {
		err = parse.Err
	}
	if strings.Contains(err.Error(), "ParseBool") {
		return "要写 true 或 false"
	}
	if strings.Contains(err.Error(), "invalid syntax") || strings.Contains(err.Error(), "out of range") {
		return "要写一个整数"
	}
	return err.Error()
}

// inChinese says what YAML found, line by line.
func inChinese(path string, err error) error {
	lines := []string{err.Error()}
	if types, ok := errors.AsType[*yaml.TypeError](err); ok {
		lines = types.Errors
	}
	for i, line := range lines {
		for _, p := range yamlPhrases() {
			line = p.english.ReplaceAllString(line, p.chinese)
		}
		lines[i] = "  " + line
	}
	return fmt.Errorf("配置文件 %s 有误：\n%s", path, strings.Join(lines, "\n"))
}

type phrase struct {
	english *regexp.Regexp
	chinese string
}

// yamlPhrases are the sentences of go.yaml.in/yaml/v3 that a misspelt file meets.
func yamlPhrases() []phrase {
	return []phrase{
		{regexp.MustCompile(`^line (\d+): field (.+) not found in type .*`), "第 $1 行：没有“$2”这一项，请检查拼写和缩进；可用的项见 configs/huiban.example.yaml"},
		{regexp.MustCompile(`^line (\d+): cannot unmarshal \S+ (.+) into int`), "第 $1 行：$2 不是整数"},
		{regexp.MustCompile(`^line (\d+): cannot unmarshal \S+ (.+) into bool`), "第 $1 行：$2 不对，请写 true 或 false"},
		{regexp.MustCompile(`^line (\d+): cannot unmarshal .*`), "第 $1 行：值的写法不对，请对照 configs/huiban.example.yaml"},
		{regexp.MustCompile(`^line (\d+): mapping key (.+) already defined at line (\d+)`), "第 $1 行：$2 在第 $3 行已经写过，请只留一处"},
		{regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`), "第 $1 行附近不是合法的 YAML，请检查缩进、冒号后的空格和引号（$2）"},
	}
}
