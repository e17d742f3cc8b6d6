package customer

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// Format is the format of an exported table.
type Format string

// The formats. CSV for old spreadsheet programs in China is GB18030.
const (
	XLSX       Format = "xlsx"
	CSV        Format = "csv"
	CSVGB18030 Format = "csv_gb18030"
)

func (f Format) media() (extension, mediaType string) {
	if f == XLSX {
		return ".xlsx", fileTypes[".xlsx"].media
	}
	return ".csv", "text/csv"
}

// sheetWriter writes a table row by row.
type sheetWriter interface {
	Row(cells []string) error
	Close() error
}

// newSheet begins a table. A workbook has the mark on its first row and on every
// page that is printed of it; CSV has nothing but rows.
func newSheet(f Format, w io.Writer, mark string) (sheetWriter, error) {
	switch f {
	case XLSX:
		s, err := newXLSX(w, mark)
		if err != nil {
			return nil, err
		}
		return s, s.Row([]string{mark})
	case CSVGB18030:
		encoded := transform.NewWriter(w, simplifiedchinese.GB18030.NewEncoder())
		return &csvSheet{csv.NewWriter(encoded), encoded}, nil
	}
	_, err := io.WriteString(w, "\ufeff") // by which spreadsheet programs know UTF-8
	return &csvSheet{csv.NewWriter(w), io.NopCloser(nil)}, err
}

// harmless keeps a spreadsheet program from taking a text for a formula.
func harmless(cell string) string {
	if first, _ := utf8.DecodeRuneInString(cell); strings.ContainsRune("=+-@\t\r＝＋－＠", first) && cell != "" {
		return "'" + cell
	}
	return cell
}

type csvSheet struct {
	w *csv.Writer
	c io.Closer
}

func (s *csvSheet) Row(cells []string) error {
	for i, c := range cells {
		cells[i] = harmless(c)
	}
	s.w.UseCRLF = true
	return s.w.Write(cells)
}

func (s *csvSheet) Close() error {
	s.w.Flush()
	return errors.Join(s.w.Error(), s.c.Close())
}

// maxSheetRows is what a sheet of a workbook holds (ECMA-376).
const maxSheetRows = 1 << 20

// xlsxSheet writes a workbook of one sheet (ECMA-376) straight into the stream:
// libraries keep large sheets in clear temporary files, and what is exported here
// must not lie about. All cells are texts.
type xlsxSheet struct {
	zip   *zip.Writer
	sheet *bufio.Writer
	rows  int
	mark  string
}

var xlsxParts = []struct{ name, body string }{
	{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
	{"xl/worksheets/sheet1.xml", `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="2" topLeftCell="A3" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><sheetData>`},
}

func newXLSX(w io.Writer, mark string) (*xlsxSheet, error) {
	s := &xlsxSheet{zip: zip.NewWriter(w), mark: mark}
	for _, p := range xlsxParts {
		part, err := s.zip.Create(p.name)
		if err != nil {
			return nil, err
		}
		if _, err := io.WriteString(part, xml.Header+p.body); err != nil {
			return nil, err
		}
		s.sheet = bufio.NewWriter(part) // the last part stays open for the rows
	}
	return s, nil
}

func (s *xlsxSheet) Row(cells []string) error {
	if s.rows++; s.rows > maxSheetRows {
		return ErrSheetFull
	}
	var row bytes.Buffer
	row.WriteString("<row>")
	for _, c := range cells {
		row.WriteString(`<c t="inlineStr"><is><t xml:space="preserve">`)
		if err := xml.EscapeText(&row, []byte(harmless(c))); err != nil {
			return err
		}
		row.WriteString("</t></is></c>")
	}
	row.WriteString("</row>")
	_, err := row.WriteTo(s.sheet)
	return err
}

// maxMargin is how long a header or footer of a page may be (ECMA-376).
const maxMargin = 255

// margins are the head and foot of every printed page. An ampersand begins a code
// there, so it is doubled.
func (s *xlsxSheet) margins() string {
	var text strings.Builder
	xml.EscapeText(&text, []byte(strings.ReplaceAll(s.mark, "&", "&&"))) //nolint:errcheck // to memory
	line := text.String()
	if utf8.RuneCountInString(s.mark) > maxMargin/2 {
		return ""
	}
	return `<pageMargins left="0.5" right="0.5" top="0.8" bottom="0.8" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape"/>` +
		"<headerFooter><oddHeader>&amp;C" + line + "</oddHeader><oddFooter>&amp;L" + line + "&amp;R&amp;P / &amp;N</oddFooter></headerFooter>"
}

func (s *xlsxSheet) Close() error {
	_, err := s.sheet.WriteString("</sheetData>" + s.margins() + "</worksheet>")
	return errors.Join(err, s.sheet.Flush(), s.zip.Close())
}
