package letter

import (
	"regexp"
	"slices"
	"strings"
)

// Split parts the text of a mail into what its sender wrote, the mail that is quoted
// below or above it, and the signature. Answers written between the lines of a quote
// stay together with it. No line is lost.
func Split(text string) (own, quote, signature string) {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	mine, quoted := splitQuote(lines)
	mine, sign := splitSignature(mine)
	join := func(l []string) string { return strings.Trim(strings.Join(l, "\n"), "\n") }
	return join(mine), join(quoted), join(sign)
}

const dateWords = `(?:\d{1,2}[./:]\d{1,2}|\d{4}|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)`

var (
	// ruled are lines that say "here begins the other mail".
	ruled     = regexp.MustCompile(`(?i)^\s*[-–—_*]{2,}\s*(?:original message|forwarded message|begin forwarded message|reply message|исходное сообщение|первоначальное сообщение|пересылаемое сообщение|пересланное сообщение|перенаправленное сообщение|конец пересылаемого сообщения|исходное письмо|вихідне повідомлення|переслане повідомлення|арыгінальнае паведамленне)\s*[-–—_*]*\s*:?\s*$`)
	plainRule = regexp.MustCompile(`(?i)^\s*(?:begin forwarded message|начало переадресованного сообщения|начало пересылаемого сообщения)\s*:\s*$`)
	line32    = regexp.MustCompile(`^\s*[_-]{20,}\s*$`)
	// headFrom and headMore are the head of a mail as programs write it into the text.
	headFrom = regexp.MustCompile(`(?i)^\s*\*{0,2}(?:from|от|от кого|від|ад)\s*:\*{0,2}\s*\S`)
	headMore = regexp.MustCompile(`(?i)^\s*\*{0,2}(?:sent|date|to|cc|subject|reply-to|отправлено|дата|кому|копия|тема|отправлен|надіслано|кому|адказ|адпраўлена|importance)\s*:\*{0,2}`)
	// wrote ends a line like "On Monday, Anna wrote:".
	wrote    = regexp.MustCompile(`(?i)(?:\bwrote|\bwrites|пишет|пишете|писал|писала|писал\(а\)|написал|написала|написал\(а\)|написав|написала|написав\(ла\)|пише|піша)\s*:\s*$`)
	hasDate  = regexp.MustCompile(`(?i)` + dateWords)
	hasTime  = regexp.MustCompile(`\d{1,2}[:.]\d{2}`)
	hasEmail = regexp.MustCompile(`<?[^\s<>@]+@[^\s<>@]+>?`)
)

// attribution reports that a line (or one wrapped over several) says who wrote what
// follows. sure means that it needs no quote marks after it.
func attribution(s string) (is, sure bool) {
	s = strings.TrimSpace(strings.Trim(s, "*"))
	if len(s) < 8 || len(s) > 400 || !strings.HasSuffix(s, ":") {
		return false, false
	}
	mail, date, time := hasEmail.MatchString(s), hasDate.MatchString(s), hasTime.MatchString(s)
	switch {
	case wrote.MatchString(s) && (date || mail):
		return true, date && (mail || time)
	case date && time && mail:
		return true, true
	}
	return false, false
}

// quotedFrom reports whether a quote begins at line i, and whether all that follows
// belongs to it.
func quotedFrom(lines []string, i int) (begins, all bool) {
	s := lines[i]
	bare := strings.TrimSpace(s)
	if bare == "" {
		return false, false
	}
	rule := strings.ContainsAny(bare[:1], "-_*") || strings.HasPrefix(bare, "–") || strings.HasPrefix(bare, "—")
	if rule && ruled.MatchString(s) || bare[len(bare)-1] == ':' && plainRule.MatchString(s) {
		return true, true
	}
	if strings.Contains(s, ":") && headFrom.MatchString(s) || rule && line32.MatchString(s) && i+1 < len(lines) && headFrom.MatchString(next(lines, i+1)) {
		n := 0
		for _, l := range lines[i+1 : min(len(lines), i+9)] {
			if headMore.MatchString(l) {
				n++
			}
		}
		if n >= 2 {
			return true, true
		}
	}
	joined := s
	for k := i; k < min(len(lines), i+4); k++ {
		if k > i {
			if strings.TrimSpace(lines[k]) == "" || strings.HasPrefix(lines[k], ">") {
				return false, false
			}
			joined += " " + lines[k]
		}
		if len(joined) > 400 {
			return false, false
		}
		if is, sure := attribution(joined); is {
			// A sentence before it in the same paragraph is not part of it.
			if k > i && !startsAttribution(s) {
				return false, false
			}
			marked := strings.HasPrefix(strings.TrimSpace(next(lines, k+1)), ">")
			return sure || marked, sure && !marked
		}
	}
	return false, false
}

var attributionStart = regexp.MustCompile(`(?i)^\s*\*?(?:on\s|at\s|le\s|am\s|\d|(?:пн|вт|ср|чт|пт|сб|вс|нд|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|mon|tue|wed|thu|fri|sat|sun)[a-zа-я]*[,. ]|["«<]?[\pL. ]{2,60}["»]?\s*<)`)

func startsAttribution(s string) bool { return attributionStart.MatchString(s) }

// next is the first line that is not empty.
func next(lines []string, i int) string {
	for ; i < len(lines); i++ {
		if strings.TrimSpace(lines[i]) != "" {
			return lines[i]
		}
	}
	return ""
}

func splitQuote(lines []string) (own, quote []string) {
	isQuoted := func(s string) bool { return strings.HasPrefix(s, ">") }
	blank := func(s string) bool { return strings.TrimSpace(s) == "" }
	for i := 0; i < len(lines); i++ {
		marked := isQuoted(lines[i])
		if !marked {
			begins, all := quotedFrom(lines, i)
			if !begins {
				continue
			}
			if all {
				return lines[:i], lines[i:]
			}
		}
		// The quote runs to its last marked line; what follows is the sender's again.
		end, seen, broken := i, false, false
		for k := i; k < len(lines); k++ {
			switch {
			case isQuoted(lines[k]):
				if broken {
					return lines, nil // answers between the lines
				}
				end, seen = k, true
			case seen && !blank(lines[k]):
				broken = true
			}
		}
		before := slices.ContainsFunc(lines[:i], func(s string) bool { return !blank(s) })
		after := slices.ContainsFunc(lines[end+1:], func(s string) bool { return !blank(s) })
		if before && after && !onlySignature(lines[end+1:]) {
			return lines, nil
		}
		own = append(slices.Clone(lines[:i]), lines[end+1:]...)
		return own, lines[i : end+1]
	}
	return lines, nil
}

// onlySignature reports that nothing but a signature follows.
func onlySignature(lines []string) bool {
	for i, l := range lines {
		if strings.TrimSpace(l) != "" {
			return signs(l) && len(lines)-i <= mostSignature
		}
	}
	return true
}

// mostSignature is how many lines a signature has at most.
const mostSignature = 14

var (
	dashes  = regexp.MustCompile(`^(?:--|—|––|- -)\s*$`)
	closing = regexp.MustCompile(`(?i)^\s*(?:с уважением|с наилучшими пожеланиями|с искренним уважением|с благодарностью|всего доброго|всего наилучшего|з повагою|з павагай|құрметпен|(?:best |kind |kindest |warm |many )?regards|best wishes|all the best|sincerely|yours sincerely|yours faithfully|yours truly|sincerely yours|respectfully)\s*(?:[,.!]|$|\s+\pL)`)
	sentBy  = regexp.MustCompile(`(?i)^\s*(?:sent from (?:my |mail for|outlook|yahoo|the )|get outlook for|отправлено с (?:моего )?(?:iphone|ipad|android|устройства)|отправлено из (?:мобильно|почты|outlook|mail|яндекс)|отправлено с помощью|отправлено из\b|надіслано з|--\s*отправлено)`)
)

// signs reports a line that begins a signature.
func signs(s string) bool {
	return dashes.MatchString(s) || closing.MatchString(s) && len(s) < 120 || sentBy.MatchString(s) && len(s) < 120
}

// splitSignature cuts at the first line that signs among the last ones, if something
// is left before it.
func splitSignature(lines []string) (own, signature []string) {
	end := len(lines)
	for end > 0 && strings.TrimSpace(lines[end-1]) == "" {
		end--
	}
	found := -1
	for i, used := end-1, 0; i >= 0 && used <= mostSignature; i-- {
		if strings.TrimSpace(lines[i]) == "" {
			continue
		}
		used++
		if len(lines[i]) > 200 && !dashes.MatchString(lines[i]) {
			break // no line of a signature
		}
		if signs(lines[i]) {
			found = i
		}
	}
	if found < 0 || !slices.ContainsFunc(lines[:found], func(s string) bool { return strings.TrimSpace(s) != "" }) {
		return lines, nil
	}
	return lines[:found], lines[found:]
}
