//go:build !linux

package storage

// networkFolder cannot tell here.
func networkFolder(string) string { return "" }
