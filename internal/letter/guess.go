package letter

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// sampleBytes is how much of a text is looked at to guess its charset.
const sampleBytes = 32 << 10

// weights are how often letters stand in Russian, Ukrainian and Belarusian text,
// in tenths of a percent.
var weights = func() map[rune]int {
	w := map[rune]int{
		'о': 110, 'е': 85, 'а': 80, 'и': 74, 'н': 67, 'т': 63, 'с': 55, 'р': 47, 'в': 45, 'л': 44, 'к': 35, 'м': 32, 'д': 30, 'п': 28,
		'у': 26, 'я': 20, 'ы': 19, 'ь': 17, 'г': 17, 'з': 16, 'б': 16, 'ч': 14, 'й': 12, 'х': 10, 'ж': 9, 'ш': 7, 'ю': 6, 'ц': 5, 'щ': 4,
		'э': 3, 'ф': 3, 'ъ': 1, 'ё': 1, 'і': 40, 'ї': 6, 'є': 6, 'ў': 10, 'ґ': 1,
	}
	for r, n := range w {
		w[unicode.ToUpper(r)] = n - 3 // small letters are likelier
	}
	return w
}()

// cyrillic scores how much a text looks like words in Cyrillic: about 55 a letter
// for real ones, far less for those read in the wrong charset.
func cyrillic(s string) (score, letters int) {
	var before rune
	sum := 0
	for _, r := range s {
		if r < utf8.RuneSelf {
			before = r
			continue
		}
		letters++
		switch w, ok := weights[r]; {
		case ok:
			sum += w
			if unicode.IsUpper(r) && unicode.IsLower(before) {
				sum -= 100 // case turns around within a word only in a wrong charset
			}
		case strings.ContainsRune("«»—–„“”‘’…№\u00a0•·€§©®™°", r):
			letters--
		default:
			sum -= 100
		}
		before = r
	}
	if letters <= 0 {
		return 0, 0
	}
	return sum / letters, letters
}

var cyrillicCharsets = []encoding.Encoding{charmap.Windows1251, charmap.KOI8R, charmap.KOI8U, charmap.CodePage866, charmap.ISO8859_5, charmap.MacintoshCyrillic}

// bestCyrillic gives the charset in which b looks most like Cyrillic words.
func bestCyrillic(b []byte) (best encoding.Encoding, score, letters int) {
	score = -1000
	for _, enc := range cyrillicCharsets {
		s, _ := decodeAs(enc, b)
		n, l := cyrillic(s)
		if enc == charmap.MacintoshCyrillic {
			n -= rareBonus // nearly windows-1251, and hardly ever used
		}
		if l > 0 && n > score {
			best, score, letters = enc, n, l
		}
	}
	return best, score, letters
}

func sample(b []byte) []byte {
	if len(b) <= sampleBytes {
		return b
	}
	// Begin where the letters begin: a long Latin head says nothing.
	for i, c := range b {
		if c >= utf8.RuneSelf {
			b = b[max(0, i-64):]
			break
		}
	}
	return b[:min(len(b), sampleBytes)]
}

// mixed is the share in percent of high bytes beside Latin letters: é in a French
// word, never a letter of a Russian one.
func mixed(b []byte) int {
	isLatin := func(i int) bool {
		return i >= 0 && i < len(b) && (b[i]|0x20) >= 'a' && (b[i]|0x20) <= 'z'
	}
	high, beside := 0, 0
	for i, c := range b {
		if c >= utf8.RuneSelf {
			high++
			if isLatin(i-1) || isLatin(i+1) {
				beside++
			}
		}
	}
	if high == 0 {
		return 0
	}
	return beside * 100 / high
}

const (
	likelyCyrillic = 38 // a score of real words, short ones too
	clearlyBetter  = 18
	rareBonus      = 15
)

// betterThan gives the charset the text is in when it is clearly not the one it
// claims.
func betterThan(b []byte, name string, enc encoding.Encoding) encoding.Encoding {
	b = sample(b)
	if mixed(b) > 50 {
		return nil
	}
	best, score, letters := bestCyrillic(b)
	if score < likelyCyrillic || letters < 3 {
		return nil
	}
	s, _ := decodeAs(enc, b)
	claimed, n := cyrillic(s)
	switch name {
	case "us-ascii", "iso-8859-1", "windows-1252", "iso-8859-15":
		return best
	case "windows-1251", "koi8-r", "koi8-u", "ibm866", "iso-8859-5", "x-mac-cyrillic":
		if n >= 6 && score-claimed > clearlyBetter {
			return best
		}
	}
	return nil
}

// guess decodes text of an unknown charset by its letters.
func guess(b []byte) (string, encoding.Encoding) {
	if utf8.Valid(b) {
		return string(b), nil
	}
	if brokenUTF8(b) {
		return strings.ToValidUTF8(string(b), "\uFFFD"), nil
	}
	part := sample(b)
	var enc encoding.Encoding = charmap.Windows1252
	if mixed(part) <= 50 {
		best, score, _ := bestCyrillic(part)
		switch asian := guessAsian(part); {
		case score >= likelyCyrillic:
			enc = best
		case asian != nil:
			enc = asian
		case score > 20:
			enc = best
		}
	}
	s, _ := decodeAs(enc, b)
	return s, enc
}

// guessAsian tries the charsets of two bytes a character: theirs is the one in
// which nearly all are common characters.
func guessAsian(b []byte) encoding.Encoding {
	var best encoding.Encoding
	top := 0
	for _, enc := range []encoding.Encoding{japanese.ShiftJIS, japanese.EUCJP, simplifiedchinese.GB18030, korean.EUCKR, traditionalchinese.Big5} {
		s, _ := decodeAs(enc, b)
		n, sum := 0, 0
		for _, r := range s {
			if r < utf8.RuneSelf {
				continue
			}
			n++
			switch {
			case r >= 0x3041 && r <= 0x30FF: // kana
				sum += 120
			case r >= 0xAC00 && r <= 0xD7A3: // hangul
				sum += 110
			case r >= 0x4E00 && r <= 0x9FFF:
				sum += 70
			case r >= 0x3000 && r <= 0x3020, r >= 0xFF00 && r <= 0xFF5E:
				sum += 70
			case r == utf8.RuneError, r >= 0xFF61 && r <= 0xFF9F, r >= 0xE000 && r <= 0xF8FF:
				sum -= 150
			}
		}
		if n > 0 && sum/n > top && sum/n >= 55 {
			best, top = enc, sum/n
		}
	}
	return best
}
