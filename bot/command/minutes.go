package command

import "huiban/bot"

func minuting() []bot.Command { return nil }

func minutesFaces() []bot.FaceDef { return nil }

func minutesPapers() []bot.PaperDef { return nil }

// minutesExamples are lines as people type them, by command.
func minutesExamples() map[string]string { return nil }

// minutesWhys say why a reminder comes, by its kind and step (“M2 1wd”).
func minutesWhys() map[string]string { return nil }

// minutesVerbs end the sentence “填好就能…”, by command, where its name does not.
func minutesVerbs() map[string]string { return nil }
