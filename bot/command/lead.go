package command

import "huiban/bot"

func leading() []bot.Command { return nil }

func liveFaces() []bot.FaceDef { return nil }

// liveExamples are lines as people type them, by command.
func liveExamples() map[string]string { return nil }

// liveWhys say why a reminder comes, by its kind and step (“M2 1wd”).
func liveWhys() map[string]string { return nil }

// liveVerbs end the sentence “填好就能…”, by command, where its name does not.
func liveVerbs() map[string]string { return nil }
