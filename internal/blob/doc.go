// Package blob keeps contents that don't belong in a database: attachments,
// recordings, prompts. A blob is named by the hash of what is in it, within its
// tenant, so storing the same twice stores it once. Blobs are reached only
// through the row that names them; the row is written after the blob is on disk,
// so what is left without a row after a crash is swept away later.
//
// With a key, contents are encrypted in chunks of 64 KiB (AES-GCM), so that a
// recording can be played from its middle.
package blob
