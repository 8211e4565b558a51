// Command parley is the whole contact centre in one process. This file knows flags, signals and exit codes only;
// what a command does is in internal/app.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"parley/internal/app"
)

// version is set by the build (-ldflags "-X main.version=…").
var version = "dev"

type cli struct {
	app.Config
	ConfigFile string `name:"config" env:"PARLEY_CONFIG" type:"path" help:"Settings file: name = value lines."`

	Serve   serveCmd   `cmd:"" help:"Runs the contact centre."`
	Migrate migrateCmd `cmd:"" help:"Brings the database to this version's shape and says what was done."`
	User    userCmd    `cmd:"" help:"Users from the command line: add, password, lock, unlock, list."`
	Replay  replayCmd  `cmd:"" help:"Runs the recorded routing log again and compares every decision."`
	Backup  backupCmd  `cmd:"" help:"Writes a backup of database and files while Parley runs."`
	Restore restoreCmd `cmd:"" help:"Restores a backup into an empty data folder."`
	Doctor  doctorCmd  `cmd:"" help:"Checks this installation and says what to do."`
	Conf    configCmd  `cmd:"" name:"config" help:"print: settings in force; check: look for contradictions."`
	API     apiCmd     `cmd:"" name:"api" help:"Prints the OpenAPI 3.1 document."`
	Version versionCmd `cmd:"" help:"Prints the version."`
}

func main() {
	var c cli
	parser, err := newParser(&c, os.Args[1:])
	if err != nil {
		fatal(err)
	}
	k, err := parser.Parse(os.Args[1:])
	parser.FatalIfErrorf(err)

	// The first signal drains, the second one ends at once.
	ctx, drain := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		drain()
		<-signals
		os.Exit(130)
	}()
	k.BindTo(ctx, (*context.Context)(nil))
	if err := k.Run(&c.Config); err != nil {
		fatal(err)
	}
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "parley:", err)
	os.Exit(1)
}

func newParser(c *cli, args []string, more ...kong.Option) (*kong.Kong, error) {
	file, err := fileResolver(args)
	if err != nil {
		return nil, err
	}
	return kong.New(c, append(more, kong.Name("parley"), kong.Description("Open-source omnichannel contact centre in one program."),
		kong.Resolvers(file), kong.UsageOnError())...)
}

// fileResolver feeds the settings file named by --config or PARLEY_CONFIG to flags that are given neither on the
// command line, where kong does not ask, nor by the environment.
func fileResolver(args []string) (kong.Resolver, error) {
	path := os.Getenv("PARLEY_CONFIG")
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--config="); ok {
			path = v
		} else if a == "--config" && i+1 < len(args) {
			path = args[i+1]
		}
	}
	var values map[string]string
	if path != "" {
		var err error
		if values, err = app.ReadSettings(path); err != nil {
			return nil, err
		}
	}
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if v, ok := values[flag.Name]; ok && !inEnvironment(flag) {
			return v, nil
		}
		return nil, nil
	}), nil
}

func inEnvironment(flag *kong.Flag) bool {
	return slices.ContainsFunc(flag.Envs, func(name string) bool { _, ok := os.LookupEnv(name); return ok })
}

// origin tells where a setting's value came from.
func origin(k *kong.Context, name string) string {
	for _, p := range k.Path {
		if p.Flag != nil && p.Flag.Name == name {
			if p.Resolved {
				return "settings file"
			}
			return "command line"
		}
	}
	for _, f := range k.Flags() {
		if f.Name == name && inEnvironment(f) {
			return "environment"
		}
	}
	return app.FromDefault
}
