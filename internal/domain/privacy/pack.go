package privacy

import (
	"archive/zip"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"path"
	"strings"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

//go:embed page.html
var pageFile string

var pageTemplate = template.Must(template.New("page").Parse(pageFile))

// pack is what an export holds.
type pack struct {
	Lang     string            `json:"-"`
	Title    string            `json:"-"`
	Words    map[string]string `json:"-"`
	Request  string            `json:"request_no"`
	Name     string            `json:"name"`
	Number   string            `json:"customer_no"`
	MadeAt   string            `json:"made_at"`
	Mark     customer.Mark     `json:"mark"`
	MarkLine string            `json:"-"`
	Sections []packed          `json:"sections"`
	Kept     []keptLine        `json:"kept_if_erased"`
	Files    []packedFile      `json:"files"`
}

// packed is a section with its words.
type packed struct {
	Key     string              `json:"key"`
	Title   string              `json:"title"`
	Heads   []string            `json:"-"`
	Cells   [][]string          `json:"-"`
	Records []map[string]string `json:"records"`
}

// keptLine says what would stay if the person were erased, and why.
type keptLine struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

type packedFile struct {
	Path string `json:"path"`
	file File
}

func (s *Service) packTx(tx *db.Tx, row exportRow, lang string) (p pack, err error) {
	who, err := s.personTx(tx, db.ScopeOf(row.OrgID), row.CustomerID)
	if err != nil {
		return p, err
	}
	request, err := requestByID(tx, db.ScopeOf(row.OrgID), row.RequestID)
	if err != nil {
		return p, err
	}
	refs, err := s.Customers.RefsTx(tx, db.ScopeOf(row.OrgID), who.ID)
	if err != nil {
		return p, err
	}
	ref := refs[who.ID]
	if ref.Status == customer.Erased {
		return p, customer.ErrErased
	}
	p = pack{Lang: lang, Title: s.Text(lang, "privacy.pack.title", nil), Words: s.packWords(lang), Request: request.RequestNo, Name: ref.Name, Number: ref.CustomerNo,
		MadeAt: tx.Now().Time().Format("2006-01-02 15:04"), Files: []packedFile{}, Kept: []keptLine{}, Sections: []packed{}}
	if p.Mark, err = s.Customers.MarkTx(tx, row.OrgID, row.ReleaseID); err != nil {
		return p, err
	}
	p.MarkLine = s.Customers.MarkLine(lang, &p.Mark)
	for _, h := range s.holders {
		d, err := h.DataTx(tx, who, lang)
		if err != nil {
			return p, err
		}
		p.add(s, d, lang)
		rows, err := s.rowsTx(tx, h, who, lang)
		if err != nil {
			return p, err
		}
		for _, r := range rows {
			if r.Law != nil {
				p.Kept = append(p.Kept, keptLine{r.Label, inLanguage(lang, r.Law.SourceZh, r.Law.SourceEn)})
			}
		}
	}
	return p, nil
}

func (s *Service) packWords(lang string) map[string]string {
	words := map[string]string{}
	for _, w := range []string{"name", "number", "request", "made_at", "files", "rights", "kept", "what", "why"} {
		words[w] = s.Text(lang, "privacy.pack."+w, nil)
	}
	return words
}

func (p *pack) add(s *Service, d Data, lang string) {
	for _, section := range d.Sections {
		if len(section.Rows) == 0 {
			continue
		}
		out := packed{Key: section.Key, Title: s.Text(lang, "privacy.section."+section.Key, nil), Cells: section.Rows}
		for _, c := range section.Columns {
			out.Heads = append(out.Heads, s.Text(lang, "privacy.column."+c, nil))
		}
		for _, row := range section.Rows {
			record := map[string]string{}
			for i, cell := range row {
				record[section.Columns[i]] = cell
			}
			out.Records = append(out.Records, record)
		}
		p.Sections = append(p.Sections, out)
	}
	for _, f := range d.Files {
		p.Files = append(p.Files, packedFile{fmt.Sprintf("files/%03d-%s", len(p.Files)+1, plainName(f.Name)), f})
	}
}

// plainName is a file name that leads nowhere else when it is unpacked.
func plainName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if name == "." || name == ".." || name == "/" {
		return "file"
	}
	return name
}

// write writes the ZIP file.
func (p pack) write(w io.Writer, blobs *blob.Store) error {
	z := zip.NewWriter(w)
	name := "personal-information.html"
	if p.Lang == "zh" {
		name = "个人信息.html"
	}
	out, err := create(z, name)
	if err != nil {
		return err
	}
	if err := pageTemplate.Execute(out, p); err != nil {
		return fmt.Errorf("privacy: %w", err)
	}
	if out, err = create(z, "data.json"); err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(p); err != nil {
		return fmt.Errorf("privacy: %w", err)
	}
	for _, f := range p.Files {
		if err := f.write(z, blobs); err != nil {
			return err
		}
	}
	return z.Close()
}

func create(z *zip.Writer, name string) (io.Writer, error) {
	return z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Unix(0, 0)})
}

func (f packedFile) write(z *zip.Writer, blobs *blob.Store) error {
	out, err := create(z, f.Path)
	if err != nil {
		return err
	}
	in, err := blobs.Open(f.file.Ref, f.file.Subject)
	if err != nil {
		return err
	}
	defer in.Close()
	_, err = io.Copy(out, in)
	return err
}
