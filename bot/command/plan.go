package command

import "huiban/bot"

func planning() []bot.Command { return nil }

func planningFaces() []bot.FaceDef { return nil }

// planExamples are lines as people type them, by command.
func planExamples() map[string]string { return nil }

// planWhys say why a reminder comes, by its kind and step (“M2 1wd”).
func planWhys() map[string]string { return nil }

// planVerbs end the sentence “填好就能…”, by command, where its name does not.
func planVerbs() map[string]string { return nil }
