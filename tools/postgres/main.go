// Command postgres runs a PostgreSQL server for a test that is no Go program. It
// prints the address of an empty database and ends, with its data, when its
// standard input does.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"parley/internal/db/dbtest"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	s, err := dbtest.StartServer("fsync=off", "synchronous_commit=off", "full_page_writes=off")
	if err != nil {
		return err
	}
	defer func() { _ = s.Remove() }()
	if err := s.Exec(context.Background(), "CREATE DATABASE parley"); err != nil {
		return err
	}
	fmt.Println(s.DSN("parley"))
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
