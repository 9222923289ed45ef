package dingtalk

import (
	"errors"
	"fmt"
	"log/slog"
)

// A Platform is one app of one organisation. Make one with New; it is safe for
// concurrent use.
type Platform struct {
	o      Options
	client *client
}

// New returns a platform that can send at once and receives when it runs. It
// returns an error for options that cannot work.
func New(o Options) (*Platform, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("dingtalk: %w", err)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.RobotCode == "" {
		o.RobotCode = o.ClientID
	}
	return &Platform{o: o, client: newClient(o)}, nil
}

// Name implements bot.Platform.
func (p *Platform) Name() string { return Name }

// Ready returns nil while messages can reach us and answers can leave, else why
// they cannot.
func (p *Platform) Ready() error {
	if p.client.exhausted() != nil {
		return errors.New(wordSpent)
	}
	return nil
}
