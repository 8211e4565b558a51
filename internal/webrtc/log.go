package webrtc

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"log/slog"

	"github.com/pion/logging"
	pion "github.com/pion/webrtc/v4"
)

// loggers puts the stack's log lines into ours, all of them as details: what
// strangers send to an open port is nobody's alarm.
type loggers struct{ to *slog.Logger }

func (l loggers) NewLogger(scope string) logging.LeveledLogger {
	return logger{l.to.With("stack", scope)}
}

type logger struct{ to *slog.Logger }

func (l logger) line(format string, args ...any) {
	if l.to.Enabled(context.Background(), slog.LevelDebug) {
		l.to.Debug(fmt.Sprintf(format, args...))
	}
}

func (l logger) Trace(string)              {}
func (l logger) Tracef(string, ...any)     {}
func (l logger) Debug(s string)            { l.line("%s", s) }
func (l logger) Debugf(f string, a ...any) { l.line(f, a...) }
func (l logger) Info(s string)             { l.line("%s", s) }
func (l logger) Infof(f string, a ...any)  { l.line(f, a...) }
func (l logger) Warn(s string)             { l.line("%s", s) }
func (l logger) Warnf(f string, a ...any)  { l.line(f, a...) }
func (l logger) Error(s string)            { l.line("%s", s) }
func (l logger) Errorf(f string, a ...any) { l.line(f, a...) }

// certificate is the one this process shows to all browsers; its fingerprint
// stands in every answer.
func certificate() (pion.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return pion.Certificate{}, err
	}
	c, err := pion.GenerateCertificate(key)
	if err != nil {
		return pion.Certificate{}, err
	}
	return *c, nil
}
