// Package web carries the built interface inside the program: the desktop in
// app/ and the customer's chat widget and call button in widget/. Every file that compresses
// well also stands there as .br and .gz, made once at build time.
package web

import (
	"embed"
	"io/fs"
)

// The placeholder keeps the folder in the repository, so the program compiles
// before the interface was ever built.
//
//go:embed all:dist
var dist embed.FS

// App is the desktop's files: index.html and assets/ with hashed names, which
// may be cached for ever; index.html may not. Empty when the interface was not
// built.
func App() fs.FS { return sub("dist/app") }

// Widget holds widget.js and call.js, the scripts that a customer's site loads.
func Widget() fs.FS { return sub("dist/widget") }

// Built says whether the interface was built before the program.
func Built() bool {
	_, err := fs.Stat(dist, "dist/app/index.html")
	return err == nil
}

func sub(dir string) fs.FS {
	f, err := fs.Sub(dist, dir)
	if err != nil { // only for an invalid path, and both are constants
		panic(err)
	}
	return f
}
