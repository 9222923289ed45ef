package meeting

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strconv"
	"time"
)

// How long a code that joins two accounts is good, and how many wrong ones one
// person may type in how long.
const (
	linkFor    = 10 * time.Minute
	LinkTries  = 5
	linkWindow = time.Hour
)

// A Link is what a person has to do with 绑定账号: the code that was given out to
// them, of which only a hash is kept, and the wrong ones that they typed.
type Link struct {
	Person   PersonID
	Version  int
	Hash     string    // empty without a code
	Until    time.Time // of the code
	Platform string    // on which the code was shown
	By       PersonID  // who typed it on another platform; Nobody so far
	Misses   int       // wrong codes in the hour from Since
	Since    time.Time
}

// Offer notes a code that was given out; an earlier one is void.
func (l *Link) Offer(code, platform string, now time.Time) {
	l.Until, l.Platform, l.By = now.Add(linkFor), platform, Nobody
	l.Hash = l.hash(code)
}

// Close voids the code.
func (l *Link) Close() { l.Hash, l.Until, l.Platform, l.By = "", time.Time{}, "", Nobody }

// Admits reports whether the code is the one that was given out and still good.
func (l *Link) Admits(code string, now time.Time) bool {
	same := subtle.ConstantTimeCompare([]byte(l.Hash), []byte(l.hash(code))) == 1
	return same && now.Before(l.Until)
}

// Miss counts a wrong code and returns how many are left.
func (l *Link) Miss(now time.Time) int {
	if !now.Before(l.Since.Add(linkWindow)) {
		l.Misses, l.Since = 0, now
	}
	l.Misses++
	return max(0, LinkTries-l.Misses)
}

// Paused is until when the person may type no code, zero if they may.
func (l *Link) Paused(now time.Time) time.Time {
	if end := l.Since.Add(linkWindow); l.Misses >= LinkTries && now.Before(end) {
		return end
	}
	return time.Time{}
}

// hash is of the code of this person and moment only.
func (l *Link) hash(code string) string {
	sum := sha256.Sum256([]byte(strconv.FormatInt(int64(l.Person), 10) + "/" + strconv.FormatInt(l.Until.UnixMilli(), 10) + "/" + code))
	return hex.EncodeToString(sum[:])
}
