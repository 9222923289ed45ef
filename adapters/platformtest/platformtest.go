// Package platformtest is what the fake platforms stand on: a server on a loopback
// port that ends whatever it started, the record of calls and problems, waiting
// for a change, faults that strike when they should, permissions, rates, and
// connections over websockets.
//
// It refuses to know any platform: no path, no code, no word of a wire format; and
// it knows neither an adapter nor the bot.
package platformtest
