// Package feishu brings Feishu and Lark to the engine: events in by a long
// connection or by webhook, cards and texts out, people and groups looked up.
// It rests on the official SDK, guarded against what is known of it
// (docs/dependencies.md), and on the facts of the open platform's documents.
//
// It refuses to know any command, rule or database: what a tap means, who may
// and what is said is decided behind bot.Inbox.
package feishu

// Name is the prefix of every account, chat and message that comes from here.
const Name = "feishu"
