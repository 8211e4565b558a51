package blob

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// An encrypted file is the magic, 32 bytes of salt, and chunks of 64 KiB of
// content with 16 bytes of tag each; only the last one may be shorter, and there
// always is one. Each file has a key of its own (HKDF of the store's key and the
// salt), so the chunk's number serves as nonce; its last byte marks the last
// chunk, so that a cut file is noticed. (The STREAM construction of Hoang,
// Reyhanitabar, Rogaway and Vizár, 2015.)
const (
	chunkBytes  = 64 << 10
	tagBytes    = 16
	saltBytes   = 32
	keyBytes    = 32
	magic       = "PRLBLOB1"
	headerBytes = int64(len(magic) + saltBytes)
	sealedBytes = int64(chunkBytes + tagBytes)
)

var errDamaged = errors.New("the encrypted content is damaged")

func fileCipher(key, salt []byte) (cipher.AEAD, error) {
	if len(key) != keyBytes {
		return nil, errors.New("encrypted, and no key was given")
	}
	own, err := hkdf.Key(sha256.New, key, salt, "parley blob", keyBytes)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(own)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func chunkNonce(number int64, last bool) []byte {
	nonce := make([]byte, 12)
	binary.BigEndian.PutUint64(nonce[3:], uint64(number))
	if last {
		nonce[11] = 1
	}
	return nonce
}

type chunkWriter struct {
	to     io.Writer
	aead   cipher.AEAD
	buf    []byte
	sealed []byte
	number int64
}

func newChunkWriter(to io.Writer, key []byte) (*chunkWriter, error) {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt)
	aead, err := fileCipher(key, salt)
	if err != nil {
		return nil, err
	}
	_, err = to.Write(append([]byte(magic), salt...))
	return &chunkWriter{to: to, aead: aead, buf: make([]byte, 0, chunkBytes)}, err
}

func (w *chunkWriter) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		if len(w.buf) == chunkBytes { // full, and now known not to be the last
			if err := w.flush(false); err != nil {
				return n, err
			}
		}
		k := copy(w.buf[len(w.buf):chunkBytes], p)
		w.buf = w.buf[:len(w.buf)+k]
		p, n = p[k:], n+k
	}
	return n, nil
}

func (w *chunkWriter) Close() error { return w.flush(true) }

func (w *chunkWriter) flush(last bool) error {
	w.sealed = w.aead.Seal(w.sealed[:0], chunkNonce(w.number, last), w.buf, nil)
	w.number++
	w.buf = w.buf[:0]
	_, err := w.to.Write(w.sealed)
	return err
}

// chunkReader reads an encrypted file, one chunk in memory at a time.
type chunkReader struct {
	file   *os.File
	aead   cipher.AEAD
	size   int64 // of the content
	chunks int64
	pos    int64

	loaded int64 // number of the chunk in plain, -1 none
	plain  []byte
	sealed []byte
}

func newChunkReader(file *os.File, fileSize int64, key []byte) (*chunkReader, error) {
	header := make([]byte, headerBytes)
	if _, err := file.ReadAt(header, 0); err != nil || !bytes.HasPrefix(header, []byte(magic)) {
		return nil, errDamaged
	}
	aead, err := fileCipher(key, header[len(magic):])
	if err != nil {
		return nil, err
	}
	body := fileSize - headerBytes
	chunks := (body + sealedBytes - 1) / sealedBytes
	if chunks < 1 || body-(chunks-1)*sealedBytes < tagBytes {
		return nil, errDamaged
	}
	return &chunkReader{file: file, aead: aead, size: body - chunks*tagBytes, chunks: chunks, loaded: -1}, nil
}

func (r *chunkReader) Size() int64 { return r.size }

func (r *chunkReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if r.pos >= r.size {
		// A cut at a chunk's border shows only in the last chunk's mark.
		if err := r.load(r.chunks - 1); err != nil {
			return 0, err
		}
		return 0, io.EOF
	}
	if err := r.load(r.pos / chunkBytes); err != nil {
		return 0, err
	}
	n := copy(p, r.plain[r.pos%chunkBytes:])
	r.pos += int64(n)
	return n, nil
}

func (r *chunkReader) load(number int64) error {
	if number == r.loaded {
		return nil
	}
	if r.sealed == nil {
		r.sealed = make([]byte, sealedBytes)
	}
	n, err := r.file.ReadAt(r.sealed, headerBytes+number*sealedBytes)
	if err != nil && err != io.EOF {
		return err
	}
	r.loaded = -1
	r.plain, err = r.aead.Open(r.plain[:0], chunkNonce(number, number == r.chunks-1), r.sealed[:n], nil)
	if err != nil {
		return fmt.Errorf("%w (chunk %d)", errDamaged, number)
	}
	r.loaded = number
	return nil
}

func (r *chunkReader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.pos
	case io.SeekEnd:
		offset += r.size
	}
	if offset < 0 {
		return 0, errors.New("seek before the beginning")
	}
	r.pos = offset
	return offset, nil
}

func (r *chunkReader) Close() error { return r.file.Close() }
