// Package letter is a mail as a thing: read from raw bytes, written to raw bytes.
//
// Reading takes any mail that really comes: what is broken in it is read as its
// sender meant it and named in Problems; an error is left for what is no mail at
// all. Everything is bounded by Limits, and no work grows faster than the mail.
// Writing gives RFC 5322 with 7-bit lines that any server takes. HTML from
// outside leaves this room sanitised only. It knows no contact-centre words.
package letter
