package rest

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// PostgreSQL takes neither the character NUL nor broken UTF-8, SQLite takes both:
// they are refused before they reach either. Broken UTF-8 in JSON is replaced by
// its decoder.

// storableJSON is huma's JSON without NUL in its strings.
var storableJSON = huma.Format{
	Marshal: huma.DefaultJSONFormat.Marshal,
	Unmarshal: func(data []byte, v any) error {
		if holdsNUL(data) {
			return errors.New(errText.Code)
		}
		return huma.DefaultJSONFormat.Unmarshal(data, v)
	},
}

// holdsNUL looks for the escape that stands for NUL, not for the six characters
// of it after an escaped backslash.
func holdsNUL(json []byte) bool {
	escape := []byte(`\u0000`)
	for {
		i := bytes.Index(json, escape)
		if i < 0 {
			return false
		}
		if before := json[:i]; (len(before)-len(bytes.TrimRight(before, `\`)))%2 == 0 {
			return true
		}
		json = json[i+len(escape):]
	}
}

// storableRequest looks at what a request holds beside its body.
func storableRequest(r *http.Request) bool {
	query, err := url.QueryUnescape(r.URL.RawQuery)
	return err == nil && storable(query) && storable(r.URL.Path) && storable(r.Header.Get("Idempotency-Key"))
}

func storable(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }
