// Package virus asks clamd whether a content is a known virus. It knows the
// protocol (INSTREAM over TCP or a local socket) and nothing of what the content
// belongs to.
package virus
