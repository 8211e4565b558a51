// Package media carries sound in frames of 20 ms: codecs, RTP, who hears whom,
// prompts and music, digits, quality. It knows no contact-centre words.
package media
