package main

import (
	"context"
	"fmt"
	"os"

	"github.com/alecthomas/kong"

	"parley/internal/app"
)

type serveCmd struct{}

func (serveCmd) Run(ctx context.Context, cfg *app.Config) error {
	return app.Serve(ctx, *cfg, version, os.Stdout)
}

type migrateCmd struct{}

func (migrateCmd) Run(ctx context.Context, cfg *app.Config) error {
	return app.Migrate(ctx, *cfg, os.Stdout)
}

type userCmd struct {
	List     userListCmd     `cmd:"" help:"Lists the users."`
	Add      userAddCmd      `cmd:"" help:"Adds a user; prints the password if none is given."`
	Password userPasswordCmd `cmd:"" help:"Gives a user a new password, which must be changed at the next sign-in."`
	Lock     userLockCmd     `cmd:"" help:"Locks a user out."`
	Unlock   userUnlockCmd   `cmd:"" help:"Lets a locked user in again, throttling included."`
	Host     string          `name:"tenant" help:"Host name of the user's tenant. Default: the first tenant."`
}

type userListCmd struct{}

func (userListCmd) Run(ctx context.Context, cfg *app.Config, u *userCmd) error {
	return app.ListUsers(ctx, *cfg, u.Host, os.Stdout)
}

type userAddCmd struct {
	Login string   `arg:"" help:"Name to sign in with."`
	Name  string   `help:"First and last name."`
	Role  []string `default:"agent" help:"Ready-made roles: agent, supervisor, quality_evaluator, report_viewer, service_administrator, system_administrator, security_administrator; or the name of one of yours."`
}

func (c userAddCmd) Run(ctx context.Context, cfg *app.Config, u *userCmd) error {
	return app.AddUser(ctx, *cfg, u.Host, c.Login, c.Name, c.Role, os.Stdout)
}

type userPasswordCmd struct {
	Login string `arg:""`
}

func (c userPasswordCmd) Run(ctx context.Context, cfg *app.Config, u *userCmd) error {
	return app.ResetPassword(ctx, *cfg, u.Host, c.Login, os.Stdout)
}

type userLockCmd struct {
	Login string `arg:""`
}

func (c userLockCmd) Run(ctx context.Context, cfg *app.Config, u *userCmd) error {
	return app.LockUser(ctx, *cfg, u.Host, c.Login, true, os.Stdout)
}

type userUnlockCmd struct {
	Login string `arg:""`
}

func (c userUnlockCmd) Run(ctx context.Context, cfg *app.Config, u *userCmd) error {
	return app.LockUser(ctx, *cfg, u.Host, c.Login, false, os.Stdout)
}

type replayCmd struct {
	Host string `name:"tenant" help:"Host name of the tenant. Default: every tenant."`
}

func (c replayCmd) Run(ctx context.Context, cfg *app.Config) error {
	return app.Replay(ctx, *cfg, c.Host, os.Stdout)
}

type backupCmd struct {
	File string `arg:"" type:"path" help:"Where to write the backup (.tar)."`
}

func (c backupCmd) Run(ctx context.Context, cfg *app.Config) error {
	return app.Backup(ctx, *cfg, c.File, os.Stdout)
}

type restoreCmd struct {
	File string `arg:"" type:"existingfile" help:"The backup."`
}

func (c restoreCmd) Run(ctx context.Context, cfg *app.Config) error {
	return app.RestoreBackup(ctx, *cfg, c.File, os.Stdout)
}

type doctorCmd struct{}

func (doctorCmd) Run(ctx context.Context, k *kong.Context, cfg *app.Config) error {
	return app.Doctor(ctx, *cfg, k.Stdout)
}

type configCmd struct {
	Print printCmd `cmd:"" help:"Prints every setting with its value in force, as a settings file, and where it came from."`
	Check checkCmd `cmd:"" help:"Looks for contradictions in the settings."`
}

type printCmd struct{}

func (printCmd) Run(k *kong.Context, cfg *app.Config) error {
	return cfg.WriteSettings(k.Stdout, func(name string) string { return origin(k, name) })
}

type checkCmd struct{}

func (checkCmd) Run(k *kong.Context, cfg *app.Config) error {
	if err := cfg.Check(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(k.Stdout, "The settings fit together.")
	return err
}

type apiCmd struct{}

func (apiCmd) Run() error { return app.WriteAPI(os.Stdout) }

type versionCmd struct{}

func (versionCmd) Run() { fmt.Println("parley", version) }
