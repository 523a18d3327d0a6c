//go:build !nofrontend

package main

import (
	"embed"
	"io/fs"
)

//go:embed all:frontend/build
var frontendFiles embed.FS

// frontend is the compiled frontend, with index.html at its root.
func frontend() (fs.FS, error) { return fs.Sub(frontendFiles, "frontend/build") }
