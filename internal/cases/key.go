package cases

import (
	"crypto/rand"
	"regexp"
	"strings"
)

// A thread key is 13 characters drawn at random (65 bits) and one that checks
// them, all of an alphabet without letters that look like digits. Nobody meets
// one by chance in a subject, and nobody can guess another customer's.
const (
	keyLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	keyLength  = 14
)

var keyShape = regexp.MustCompile(`(?i)\b[0-9A-HJKMNP-TV-Z]{14}\b`)

// newKey draws a thread key.
func newKey() string {
	var b [keyLength]byte
	_, _ = rand.Read(b[:keyLength-1]) // never fails (crypto/rand)
	for i := range keyLength - 1 {
		b[i] = keyLetters[b[i]&31]
	}
	b[keyLength-1] = check(b[:keyLength-1])
	return string(b[:])
}

// check is the last character: it notices any one wrong character and most swapped ones.
func check(key []byte) byte {
	sum := 0
	for i, c := range key {
		sum = (sum + (2*i+1)*strings.IndexByte(keyLetters, c)) & 31
	}
	return keyLetters[sum]
}

// KeysIn gives what may be thread keys in a subject, the newest (rightmost)
// first: several stand there after some rounds.
func KeysIn(subject string) []string {
	found := keyShape.FindAllString(subject, 20)
	var keys []string
	for i := len(found) - 1; i >= 0; i-- {
		k := strings.ToUpper(found[i])
		if check([]byte(k[:keyLength-1])) == k[keyLength-1] {
			keys = append(keys, k)
		}
	}
	return keys
}

// WithKey puts a thread key at the end of a subject that has it not yet.
func WithKey(subject, key string) string {
	if strings.Contains(strings.ToUpper(subject), key) {
		return subject
	}
	return strings.TrimSpace(subject + " " + key)
}

// WithoutKeys is the subject as people read it.
func WithoutKeys(subject string) string {
	for _, k := range KeysIn(subject) {
		at := strings.Index(strings.ToUpper(subject), k)
		if at >= 0 {
			subject = subject[:at] + subject[at+keyLength:]
		}
	}
	return strings.Join(strings.Fields(subject), " ")
}
