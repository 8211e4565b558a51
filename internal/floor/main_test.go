package floor_test

import (
	"io"
	"log/slog"
	"os"
	"testing"
)

// The faults that the tests make on purpose fill the log.
func TestMain(m *testing.M) {
	if os.Getenv("PARLEY_TEST_LOG") == "" {
		slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	}
	os.Exit(m.Run())
}
