// Package feishutest is a fake open platform on a loopback port: it speaks the
// real protocol of Feishu (tokens, messages, cards, contacts, the long
// connection's frames, signed webhooks), plays the people who read and tap, and
// breaks on demand. It validates every card as the client would.
//
// It refuses to know the adapter that it tests: it shares no code with it, so
// that a mistake on one side is not made on the other.
package feishutest
