package audit

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// Format is how entries are written into a file.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	JSON Format = "json" // one object a line
)

func (f Format) fileName() string {
	if f == CSV {
		return "entries.csv"
	}
	return "entries.jsonl"
}

// Manifest is the signed statement about an exported file. It holds the last heads
// of the companies' chains, so the file is a note of them too.
type Manifest struct {
	MadeAt    when.Instant `json:"made_at"`
	MadeBy    Actor        `json:"made_by"`
	Filter    Filter       `json:"filter"`
	Orgs      []id.ID      `json:"orgs"`
	File      string       `json:"file"`
	Rows      int64        `json:"rows"`
	Complete  bool         `json:"complete"` // false: there were more than a file takes
	SHA256    Hex          `json:"sha256"`
	Heads     []Head       `json:"heads"`
	PublicKey Hex          `json:"public_key"`
}

const (
	manifestName  = "manifest.json"
	signatureName = "manifest.sig"
	// exportPage is how many entries are read at once, maxExport how many a file takes.
	exportPage = 1000
	maxExport  = 1_000_000
)

// signedManifest is what the signature of a manifest covers.
func signedManifest(raw []byte) []byte { return append([]byte("zhiyin audit export\x00"), raw...) }

type leavingKey struct{}

// Leaving tells Objects that names are for a file that leaves, where persons are
// masked whatever its taker may see.
func Leaving(ctx context.Context) bool { return ctx.Value(leavingKey{}) != nil }

// Export is a file about to be written.
type Export struct {
	service  *Service
	who      Reach
	lang     string
	format   Format
	manifest Manifest
	key      ed25519.PrivateKey
	views    []EntryView
	last     *position
}

// Export reads the first page, which decides whether there is an answer at all, and
// has it written down before anything leaves.
func (s *Service) Export(ctx context.Context, lang string, f Filter, format Format) (*Export, error) {
	who, err := s.Guard.Reach(ctx, PermExport)
	if err != nil {
		return nil, err
	}
	ctx = context.WithValue(ctx, leavingKey{}, true)
	scope := who.Nodes.Narrow(f.OrgID)
	e := &Export{service: s, who: who, lang: lang, format: format,
		manifest: Manifest{MadeAt: s.db.Now(), MadeBy: who.Actor, Filter: f, Orgs: scope.Orgs(), File: format.fileName(), Complete: true}}
	if e.views, e.last, err = s.page(ctx, lang, who, f, position{}, exportPage); err != nil {
		return nil, err
	}
	return e, s.db.Write(ctx, func(tx *db.Tx) error {
		if e.key, err = s.Log.keys.SignerTx(tx, signUse); err != nil {
			return err
		}
		if e.manifest.Heads, err = lastHeads(tx, scope); err != nil {
			return err
		}
		for _, org := range scope.Orgs() {
			if err := s.Log.RecordTx(tx, Change{OrgID: org, Actor: who.Actor, Action: PermExport, ObjectType: "audit", ObjectID: org, After: f}); err != nil {
				return err
			}
		}
		return nil
	})
}

// write writes the archive: entries, manifest, signature.
func (e *Export) write(ctx context.Context, to io.Writer) error {
	ctx = context.WithValue(ctx, leavingKey{}, true)
	z := zip.NewWriter(to)
	w, err := e.part(z, e.manifest.File)
	if err != nil {
		return err
	}
	sum := sha256.New()
	if err := e.entries(ctx, io.MultiWriter(w, sum)); err != nil {
		return err
	}
	e.manifest.SHA256, e.manifest.PublicKey = sum.Sum(nil), Hex(e.key.Public().(ed25519.PublicKey))
	raw, err := json.MarshalIndent(e.manifest, "", "  ")
	if err != nil {
		return err
	}
	signature, err := Hex(ed25519.Sign(e.key, signedManifest(raw))).MarshalText()
	if err != nil {
		return err
	}
	return errors.Join(e.put(z, manifestName, raw), e.put(z, signatureName, append(signature, '\n')), z.Close())
}

func (e *Export) part(z *zip.Writer, name string) (io.Writer, error) {
	return z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: e.manifest.MadeAt.Time()})
}

func (e *Export) put(z *zip.Writer, name string, content []byte) error {
	part, err := e.part(z, name)
	if err == nil {
		_, err = part.Write(content)
	}
	return err
}

// entries writes page after page.
func (e *Export) entries(ctx context.Context, to io.Writer) error {
	row, end, err := e.rows(to)
	if err != nil {
		return err
	}
	for {
		for _, v := range e.views {
			if err := row(v); err != nil {
				return err
			}
		}
		e.manifest.Rows += int64(len(e.views))
		if e.last == nil {
			return end()
		}
		if e.manifest.Rows >= maxExport {
			e.manifest.Complete = false
			return end()
		}
		if e.views, e.last, err = e.service.page(ctx, e.lang, e.who, e.manifest.Filter, *e.last, exportPage); err != nil {
			return err
		}
	}
}

// rows gives what writes an entry, and what ends the file.
func (e *Export) rows(to io.Writer) (row func(EntryView) error, end func() error, err error) {
	if e.format == JSON {
		out := bufio.NewWriter(to)
		encoder := json.NewEncoder(out)
		return func(v EntryView) error { return encoder.Encode(v) }, out.Flush, nil
	}
	w, err := sheet.NewWriter(to, sheet.CSV)
	if err != nil {
		return nil, nil, err
	}
	columns := []string{"number", "at", "org_id", "actor_name", "action_text", "kind", "object_text", "object_name", "action", "object_type", "object_id", "actor_id", "id"}
	for i, c := range columns {
		columns[i] = e.service.Text(e.lang, "audit.column."+c, nil)
	}
	return func(v EntryView) error {
		return w.Write([]string{strconv.FormatInt(v.Number, 10), v.At.Time().Format(time.DateTime + ".000000"), v.OrgID.String(), v.ActorName, v.ActionText,
			e.service.Text(e.lang, "audit.kind."+string(v.Kind), nil), v.ObjectText, v.ObjectName, v.Action, v.ObjectType, v.ObjectID.String(), v.ActorID.String(), v.ID.String()})
	}, w.Close, w.Write(columns)
}

// maxManifest bounds what is read of a manifest.
const maxManifest = 4 << 20

// VerifyExport checks an exported file with nothing but the installation's public
// key. Errors: ErrNoExport, ErrExportForged, ErrExportChanged.
func VerifyExport(file io.ReaderAt, size int64, key ed25519.PublicKey) (m Manifest, err error) {
	z, err := zip.NewReader(file, size)
	if err != nil {
		return m, ErrNoExport.Wrap(err)
	}
	raw, err := readPart(z, manifestName)
	if err != nil {
		return m, err
	}
	text, err := readPart(z, signatureName)
	if err != nil {
		return m, err
	}
	var signature Hex
	if err := signature.UnmarshalText(bytes.TrimSpace(text)); err != nil || len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, signedManifest(raw), signature) {
		return m, ErrExportForged
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return m, ErrNoExport.Wrap(err)
	}
	entries, err := z.Open(m.File)
	if err != nil {
		return m, ErrExportChanged.Wrap(err)
	}
	sum := sha256.New()
	_, err = io.Copy(sum, entries)
	if err = errors.Join(err, entries.Close()); err != nil || !bytes.Equal(sum.Sum(nil), m.SHA256) {
		return m, ErrExportChanged.Wrap(err)
	}
	return m, nil
}

func readPart(z *zip.Reader, name string) ([]byte, error) {
	part, err := z.Open(name)
	if err != nil {
		return nil, ErrNoExport.Wrap(err)
	}
	raw, err := io.ReadAll(io.LimitReader(part, maxManifest))
	if err = errors.Join(err, part.Close()); err != nil {
		return nil, ErrNoExport.Wrap(err)
	}
	return raw, nil
}
