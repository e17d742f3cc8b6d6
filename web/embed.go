//go:build web

// Package web carries the built single-page application inside the binary.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Dist returns the built application, with index.html at its root. The second
// result is false in a binary built without the tag "web".
func Dist() (fs.FS, bool) {
	root, err := fs.Sub(dist, "dist")
	return root, err == nil
}
