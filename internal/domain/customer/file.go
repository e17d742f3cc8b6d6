package customer

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"path"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/stamp"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// File is a file that goes out.
type File struct {
	Name, MediaType string
	Content         []byte
}

// Sent answers with a file, or with why there is none.
func Sent(f File, err error) (*rest.Stream, error) {
	if err != nil {
		return nil, err
	}
	return rest.Download(f.Name, f.MediaType, int64(len(f.Content)), io.NopCloser(bytes.NewReader(f.Content))), nil
}

// KeptFile is a sealed file of a customer, or of what belongs to one.
type KeptFile struct {
	Name, MediaType string
	Ref             blob.Ref
	Subject         *crypt.Subject
	Of              string // what it belongs to; words: customer.cover.OF
	OfNo            string
}

func (k KeptFile) picture() bool { return strings.HasPrefix(k.MediaType, "image/") }

// previewSide is the longest side of a picture on the screen, in pixels.
const previewSide = 1600

// maxMarking is how many files are marked at once: a picture takes much memory.
const maxMarking = 2

// ShowFile is a picture, small and with its reader's login and the time drawn into it.
// Error: ErrNoPreview.
func (s *Service) ShowFile(ctx context.Context, k KeptFile, at when.Instant) (File, error) {
	if !k.picture() {
		return File{}, ErrNoPreview
	}
	raw, err := s.contentOf(k)
	if err != nil {
		return File{}, err
	}
	defer s.marking()()
	marked, err := stamp.Picture(raw, access.CallerOf(ctx).Login+" "+Mark{At: at}.minute(), previewSide)
	if err != nil {
		return File{}, ErrNoPreview
	}
	return File{withExtension(k.Name, ".jpg"), fileTypes[".jpg"].media, marked}, nil
}

// MarkFile is a file that leaves, with its taker on it (A6): a picture has the serial
// number drawn into it, anything else lies in a ZIP file beside a sheet that names him.
// The name begins with the serial number.
func (s *Service) MarkFile(lang string, k KeptFile, m Mark) (File, error) {
	raw, err := s.contentOf(k)
	if err != nil {
		return File{}, err
	}
	defer s.marking()()
	if k.picture() {
		if marked, err := stamp.Picture(raw, m.Serial+" "+m.minute(), 0); err == nil {
			return File{m.Serial + " " + withExtension(k.Name, ".jpg"), fileTypes[".jpg"].media, marked}, nil
		}
	}
	packed, err := s.pack(cmp.Or(lang, "zh"), k, m, raw)
	return File{m.Serial + " " + withExtension(k.Name, ".zip"), "application/zip", packed}, err
}

// contentOf reads a file whole.
func (s *Service) contentOf(k KeptFile) ([]byte, error) {
	r, err := s.Blobs.Open(k.Ref, k.Subject)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// marking waits until a file may be marked; what it gives ends that.
func (s *Service) marking() (done func()) {
	s.marks <- struct{}{}
	return func() { <-s.marks }
}

func withExtension(name, extension string) string {
	return strings.TrimSuffix(name, path.Ext(name)) + extension
}

//go:embed cover.html
var coverFile string

var coverTemplate = template.Must(template.New("cover").Parse(coverFile))

// cover is the sheet that lies beside a file in its ZIP file.
type cover struct {
	Lang, Title, MarkLine, Note string
	Facts                       [][2]string
}

// pack puts a file into a ZIP file, after the sheet that names its taker.
func (s *Service) pack(lang string, k KeptFile, m Mark, raw []byte) ([]byte, error) {
	say := func(key string) string { return s.Text(lang, "customer.cover."+key, nil) }
	sum := sha256.Sum256(raw)
	page := cover{Lang: lang, Title: say("title"), MarkLine: s.MarkLine(lang, &m), Note: say("note"), Facts: [][2]string{
		{say("serial"), m.Serial}, {say("taker"), m.Taker}, {say("at"), m.minute()}, {say(k.Of), k.OfNo}, {say("file"), k.Name}, {"SHA-256", hex.EncodeToString(sum[:])},
	}}
	var sheet, out bytes.Buffer
	if err := coverTemplate.Execute(&sheet, page); err != nil {
		return nil, fmt.Errorf("customer: cover: %w", err)
	}
	z := zip.NewWriter(&out)
	for _, part := range []struct {
		name    string
		content []byte
	}{{m.Serial + ".html", sheet.Bytes()}, {m.Serial + " " + k.Name, raw}} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Store}) // what is kept is mostly compressed already
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(part.content); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return out.Bytes(), err
}
