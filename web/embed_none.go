//go:build !web

// Package web carries the built single-page application inside the binary.
package web

import "io/fs"

// Dist reports that this binary was built without the tag "web": tests and
// commands work without Node.
func Dist() (fs.FS, bool) { return nil, false }
