package configs

import (
	"fmt"
	"io"
	"log/slog"
)

// A Secret is a string that no log, error or dump shows. Only Reveal does.
type Secret string

const redacted = "[已隐藏]"

// Reveal returns the secret itself, for the one call that needs it.
func (s Secret) Reveal() string { return string(s) }

// String returns a mark, or nothing if there is no secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// GoString redacts what %#v prints.
func (s Secret) GoString() string { return fmt.Sprintf("configs.Secret(%q)", s.String()) }

// Format redacts every verb: without it %d would print the value as an error.
func (s Secret) Format(state fmt.State, verb rune) {
	text := s.String()
	if verb == 'v' && state.Flag('#') {
		text = s.GoString()
	}
	_, _ = io.WriteString(state, text) // a State reports no errors
}

// LogValue redacts what slog writes.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText redacts every encoding built on text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalJSON redacts JSON.
func (s Secret) MarshalJSON() ([]byte, error) { return fmt.Appendf(nil, "%q", s.String()), nil }

// MarshalYAML redacts YAML.
func (s Secret) MarshalYAML() (any, error) { return s.String(), nil }
