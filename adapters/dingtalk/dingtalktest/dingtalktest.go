// Package dingtalktest is a fake DingTalk on a loopback port: one address stands
// for api.dingtalk.com and for oapi.dingtalk.com. It speaks the real protocol (the
// gateway and its frames, tokens of both kinds, robot messages, session webhooks,
// template cards and their callbacks, contacts, files), plays the people who read
// and tap, counts every call against the month, and breaks on demand. It validates
// what it gets as the platform or the client would; Problems says what was wrong.
//
// It refuses to know the adapter that it tests: it shares no code with it and does
// not use the platform's SDK, so that a mistake on one side is not made on the
// other. It was built from the documentation and from reports of users; where they
// are silent (the fields of a group event, the number of an expired session) a
// comment says so, and nothing should be built on it.
package dingtalktest
