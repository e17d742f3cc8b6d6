package rest

import (
	"io"
	"mime"
	"strconv"
)

// Download sends a file that the browser keeps and never shows or runs. Where
// its reading fails the answer ends before the announced length.
func Download(name, media string, size int64, r io.ReadCloser) *Stream {
	return &Stream{Body: func(c Context) {
		defer r.Close()
		c.SetHeader("Content-Type", media)
		c.SetHeader("Content-Length", strconv.FormatInt(size, 10))
		c.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		c.SetHeader("X-Content-Type-Options", "nosniff")
		c.SetHeader("Content-Security-Policy", "sandbox; default-src 'none'")
		c.SetHeader("Cache-Control", "private, no-store")
		io.Copy(c.BodyWriter(), r) //nolint:errcheck // a short answer tells the client
	}}
}
