package rest

import (
	"context"
	"io"
	"log/slog"
	"mime"
	"strconv"
)

// Download sends a file that the browser keeps and never shows or runs. Where
// its reading fails the answer ends before the announced length.
func Download(name, media string, size int64, r io.ReadCloser) *Stream {
	return &Stream{Body: func(c Context) {
		defer r.Close()
		keep(c, name, media)
		c.SetHeader("Content-Length", strconv.FormatInt(size, 10))
		io.Copy(c.BodyWriter(), r) //nolint:errcheck // a short answer tells the client
	}}
}

// Written sends a file that is made as it goes. Where writing fails the status was
// sent long before: the log tells of it, and the file is cut.
func Written(ctx context.Context, name, media string, write func(io.Writer) error) *Stream {
	return &Stream{Body: func(c Context) {
		keep(c, name, media)
		if err := write(c.BodyWriter()); err != nil {
			slog.ErrorContext(ctx, "a file was cut", "operation", c.Operation().OperationID, "error", err)
		}
	}}
}

func keep(c Context, name, media string) {
	c.SetHeader("Content-Type", media)
	c.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	c.SetHeader("X-Content-Type-Options", "nosniff")
	c.SetHeader("Content-Security-Policy", "sandbox; default-src 'none'")
	c.SetHeader("Cache-Control", "private, no-store")
}
