package rest

import (
	"io"
	"mime"
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
)

// Upload is embedded by the input of an operation whose body is a file: the bytes
// themselves, of any length, which nothing buffers. A multipart form would go to
// clear temporary files. The operation sets Op.Upload and bounds the length.
type Upload struct {
	Disposition string `header:"Content-Disposition" maxLength:"1000" doc:"attachment; filename*=UTF-8''name"`
	file        io.Reader
}

// Resolve implements huma.Resolver.
func (u *Upload) Resolve(hc huma.Context) []error {
	u.file = hc.BodyReader()
	return nil
}

// File is the body.
func (u *Upload) File() io.Reader { return u.file }

// Name is the file's name without control characters; "" when the client told none.
func (u *Upload) Name() string {
	_, params, err := mime.ParseMediaType(u.Disposition)
	if err != nil {
		return ""
	}
	return strings.Map(printable, strings.ToValidUTF8(params["filename"], ""))
}

func printable(r rune) rune {
	if unicode.IsControl(r) {
		return -1
	}
	return r
}

// describeUpload puts the body into the document. Given to huma before, it would
// read the body itself.
func (a *API) describeUpload(op Op) {
	a.operation(op).RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}
}
