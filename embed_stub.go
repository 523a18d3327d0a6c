//go:build nofrontend

package main

import (
	"io/fs"
	"testing/fstest"
)

// frontend stands in for the pages when only the backend is worked on.
func frontend() (fs.FS, error) {
	page := "<!doctype html><html lang=\"en\"><title>Pantrie</title><p>This binary was built without the frontend.</p></html>"
	return fstest.MapFS{"index.html": {Data: []byte(page)}}, nil
}
