package command

import "huiban/bot"

func inviting() []bot.Command { return nil }

func invitingFaces() []bot.FaceDef { return nil }

// inviteExamples are lines as people type them, by command.
func inviteExamples() map[string]string { return nil }

// inviteWhys say why a reminder comes, by its kind and step (“M2 1wd”).
func inviteWhys() map[string]string { return nil }

// inviteVerbs end the sentence “填好就能…”, by command, where its name does not.
func inviteVerbs() map[string]string { return nil }
