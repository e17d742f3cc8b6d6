package sheet

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/flate"
)

const (
	// maxUnpacked bounds what a workbook may grow to; a million rows of fifty
	// columns need less.
	maxUnpacked = 4 << 30
	// maxRatio tells a table, which packs 10 to 60 times, from an attack.
	maxRatio = 500
	// ratioFrom: small parts may pack as they like.
	ratioFrom = 16 << 20
	// maxStyles bounds the number formats of a workbook; Excel allows 65,490.
	maxStyles = 70_000
	// maxSheetRows is the length of a sheet in the file format; a row that calls
	// itself a later one is a fake that would be counted up to for hours.
	maxSheetRows = 1 << 20
)

// workbook is an open XLSX file.
type workbook struct {
	zip      *zip.Reader
	strings  stringTable
	days     []bool // by style: its numbers are days
	from1904 bool
}

// part is a sheet as the workbook names it.
type part struct{ name, file string }

func (r *Reader) openXLSX(src io.ReaderAt, size int64, o Options) error {
	z, err := zip.NewReader(src, size)
	if err != nil {
		return ErrCut.Wrap(err)
	}
	z.RegisterDecompressor(zip.Deflate, flate.NewReader)
	if err := checkSizes(z); err != nil {
		return err
	}
	w := &workbook{zip: z}
	sheets, stringsFile, err := w.contents()
	if err != nil {
		return damaged(err)
	}
	for _, s := range sheets {
		r.Sheets = append(r.Sheets, s.name)
	}
	i := 0
	if o.Sheet != "" {
		if i = slices.Index(r.Sheets, o.Sheet); i < 0 {
			return ErrSheet.With("sheet", o.Sheet)
		}
	}
	if err := errors.Join(w.readStrings(stringsFile), w.readStyles()); err != nil {
		return damaged(err)
	}
	rows, err := w.open(sheets[i].file)
	if err != nil {
		return damaged(err)
	}
	r.Format, r.Sheet, r.rows = XLSX, r.Sheets[i], rows
	return nil
}

// checkSizes refuses archives that unpack to more than a table could be.
func checkSizes(z *zip.Reader) error {
	var packed, unpacked uint64
	for _, f := range z.File {
		packed, unpacked = packed+f.CompressedSize64, unpacked+f.UncompressedSize64
		tooDense := f.UncompressedSize64 > ratioFrom && f.UncompressedSize64/maxRatio > f.CompressedSize64
		if unpacked > maxUnpacked || tooDense {
			return ErrTooLarge.With("limit_mb", maxUnpacked>>20)
		}
	}
	return nil
}

// damaged is what a broken part is to the user; the cause goes to the log.
func damaged(err error) error { return ErrDamaged.Wrap(err) }

func (w *workbook) file(name string) *zip.File {
	for _, f := range w.zip.File {
		if strings.EqualFold(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"), name) {
			return f
		}
	}
	return nil
}

// each runs through the tags of a part; fn gets the text before each. A part
// that is not there is empty.
func (w *workbook) each(name string, fn func(t tag, text []byte) error) (err error) {
	f := w.file(name)
	if f == nil {
		return nil
	}
	in, err := f.Open()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer in.Close()
	x, text := newXML(in), []byte(nil)
	for {
		var t tag
		t, text, err = x.next(text[:0])
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = fn(t, text)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
}

// contents lists the sheets and names the part of the shared strings.
func (w *workbook) contents() (sheets []part, stringsFile string, err error) {
	target := map[string]string{}
	err = w.each("xl/_rels/workbook.xml.rels", func(t tag, _ []byte) error {
		if t.name != "Relationship" || t.end {
			return nil
		}
		id, _ := t.attr("Id")
		to, _ := t.attr("Target")
		kind, _ := t.attr("Type")
		if to = strings.TrimPrefix(to, "/"); !strings.HasPrefix(to, "xl/") {
			to = path.Join("xl", to)
		}
		target[id] = to
		if strings.HasSuffix(kind, "/sharedStrings") {
			stringsFile = to
		}
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	err = w.each("xl/workbook.xml", func(t tag, _ []byte) error {
		switch {
		case t.name == "workbookPr":
			v, _ := t.attr("date1904")
			w.from1904 = v == "1" || v == "true"
		case t.name == "sheet" && !t.end:
			name, _ := t.attr("name")
			id, _ := t.attr("r:id")
			sheets = append(sheets, part{name, target[id]})
		}
		return nil
	})
	if err == nil && len(sheets) == 0 {
		err = errors.New("no sheet")
	}
	return sheets, stringsFile, err
}

// readStrings reads the shared strings: the text of every <si>, without its
// reading marks (rPh).
func (w *workbook) readStrings(name string) error {
	var s []byte
	inText, phonetic := false, false
	err := w.each(name, func(t tag, text []byte) error {
		if inText && !phonetic {
			s = appendText(s, text)
		}
		inText = t.name == "t" && !t.end && !t.empty
		switch t.name {
		case "si":
			if t.end || t.empty {
				w.strings.add(s)
				s = s[:0]
			}
		case "rPh":
			phonetic = !t.end && !t.empty
		}
		return nil
	})
	w.strings.seal()
	return err
}

// readStyles finds the styles that show numbers as days.
func (w *workbook) readStyles() error {
	custom, inXfs := map[string]string{}, false
	return w.each("xl/styles.xml", func(t tag, _ []byte) error {
		switch {
		case t.name == "numFmt" && !t.end:
			id, _ := t.attr("numFmtId")
			custom[id], _ = t.attr("formatCode")
		case t.name == "cellXfs":
			inXfs = !t.end && !t.empty
		case t.name == "xf" && !t.end && inXfs && len(w.days) < maxStyles:
			id, _ := t.attr("numFmtId")
			w.days = append(w.days, isDayFormat(id, custom[id]))
		}
		return nil
	})
}

// isDayFormat tells whether a number format shows a day. The built-in ones are
// those of ECMA-376 part 1 §18.8.30, Chinese ones included.
func isDayFormat(id, code string) bool {
	if code == "" {
		n, err := strconv.Atoi(id)
		return err == nil && (n >= 14 && n <= 17 || n == 22 || n >= 27 && n <= 31 || n == 36 || n >= 50 && n <= 58)
	}
	return strings.ContainsAny(literals(strings.ToLower(code)), "yd")
}

// literals takes quoted text, escaped characters and [conditions] out of a
// number format.
func literals(code string) string {
	var b strings.Builder
	quoted, bracket := false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case !bracket:
			b.WriteByte(c)
		}
	}
	return b.String()
}
