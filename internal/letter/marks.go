package letter

import (
	"strings"

	"golang.org/x/net/html"
)

// What mail programs call the parts of a mail, as data-mark in sanitised HTML,
// where classes and ids are gone: quote and signature are the element itself, rest
// begins what runs to the end of its parent, attribution is "X wrote:".
var markedClasses = map[string]string{
	"gmail_quote": "quote", "gmail_quote_container": "quote", "gmail_signature": "signature", "gmail_signature_prefix": "signature", "gmail_attr": "attribution",
	"yahoo_quoted": "quote", "moz-cite-prefix": "attribution", "moz-signature": "signature", "moz-forward-container": "quote", "moz-txt-sig": "signature",
	"protonmail_quote": "quote", "protonmail_signature_block": "signature", "tutanota_quote": "quote", "zmail_extra": "quote", "zmail_extra_hr": "rest", "OutlookMessageHeader": "rest",
	"AppleMailSignature": "signature", "ms-outlook-mobile-signature": "signature", "mail-quote-collapse": "quote", "js-helper": "",
}

var markedIDs = map[string]string{
	"divRplyFwdMsg": "rest", "appendonsend": "rest", "mail-editor-reference-message-container": "quote", "yahoo_quoted": "quote", "Signature": "signature", "ms-outlook-mobile-signature": "signature",
	"AppleMailSignature": "signature", "reply-intro": "attribution", "OLK_SRC_BODY_SECTION": "quote", "mail_android_quote": "quote", "zwchr": "rest",
}

// markOf says what part of a mail an element is, "" for no particular one.
func markOf(n *html.Node) string {
	if v := attr(n, "data-mark"); markWords.MatchString(v) {
		return v
	}
	for c := range strings.FieldsSeq(attr(n, "class")) {
		if m := markedClasses[trimX(c)]; m != "" {
			return m
		}
	}
	if m := markedIDs[trimX(attr(n, "id"))]; m != "" {
		return m
	}
	if strings.HasPrefix(attr(n, "id"), "yahoo_quoted_") {
		return "quote"
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "data-signature-widget", "data-signature":
			return "signature"
		case "name":
			if n.Data == "div" && a.Val == "quote" {
				return "quote"
			}
		}
	}
	return ""
}

// trimX takes off what Outlook on the web puts before the names of a mail it quotes.
func trimX(s string) string {
	for strings.HasPrefix(s, "x_") {
		s = s[2:]
	}
	return s
}
