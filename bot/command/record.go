package command

import "huiban/bot"

func recording() []bot.Command { return nil }
