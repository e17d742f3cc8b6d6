package sheet

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Writer writes a table that a spreadsheet opens. What a spreadsheet might run
// as a formula is escaped with an apostrophe, which reading takes off again.
type Writer interface {
	Write(cells []string) error
	// Close ends the file; the destination stays the caller's.
	Close() error
}

// NewWriter writes the format to w.
func NewWriter(w io.Writer, f Format) (Writer, error) {
	if f == XLSX {
		return newXLSXWriter(w)
	}
	out := bufio.NewWriter(w)
	_, err := out.WriteString("\ufeff") // without the mark Excel takes UTF-8 for GBK
	return &csvWriter{out}, err
}

// risky tells whether a spreadsheet may run a cell that begins so (OWASP, CSV
// injection); some take the full-width signs for the others.
func risky(cell string) bool {
	first, _ := utf8.DecodeRuneInString(cell)
	return cell != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", first)
}

func escape(cell string) string {
	if !risky(cell) {
		return cell
	}
	if _, number := ParseNumber(cell); number && cell[0] == '-' {
		return cell
	}
	return "'" + cell
}

type csvWriter struct{ out *bufio.Writer }

func (w *csvWriter) Write(cells []string) error {
	for i, c := range cells {
		if i > 0 {
			w.out.WriteByte(',') //nolint:errcheck // told by the line end
		}
		c = escape(c)
		if strings.ContainsAny(c, "\",;\t|\r\n") {
			c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
		w.out.WriteString(c) //nolint:errcheck // told by the line end
	}
	_, err := w.out.WriteString("\r\n")
	return err
}

func (w *csvWriter) Close() error { return w.out.Flush() }

// xlsxWriter writes one sheet of text cells, streamed. Its columns are formatted as
// text (style 1), so that long numbers typed into it keep their last digits.
type xlsxWriter struct {
	zip *zip.Writer
	out *bufio.Writer
	row int
}

// The fixed parts of a workbook with one sheet, in their order in the archive.
var xlsxParts = [][2]string{
	{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`},
	{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{"xl/styles.xml", `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf xfId="0"/><xf numFmtId="49" applyNumberFormat="1" xfId="0"/></cellXfs></styleSheet>`},
	{"xl/worksheets/sheet1.xml", `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cols><col min="1" max="16384" width="16" style="1" customWidth="1"/></cols><sheetData>`},
}

func newXLSXWriter(w io.Writer) (Writer, error) {
	x := &xlsxWriter{zip: zip.NewWriter(w)}
	for _, p := range xlsxParts {
		part, err := x.zip.Create(p[0])
		if err != nil {
			return nil, err
		}
		x.out = bufio.NewWriterSize(part, 32<<10)
		if _, err := x.out.WriteString(xml.Header + p[1]); err != nil {
			return nil, err
		}
		if err := x.out.Flush(); err != nil {
			return nil, err
		}
	}
	return x, nil
}

func (x *xlsxWriter) Write(cells []string) error {
	x.row++
	n := strconv.Itoa(x.row)
	x.out.WriteString(`<row r="` + n + `">`) //nolint:errcheck // told by the row's end
	for i, c := range cells {
		if c == "" {
			continue
		}
		x.out.WriteString(`<c r="` + ColumnName(i) + n + `" s="1" t="inlineStr"><is><t xml:space="preserve">`) //nolint:errcheck // as above
		if err := xml.EscapeText(x.out, []byte(escapeControl(escape(c)))); err != nil {
			return err
		}
		x.out.WriteString(`</t></is></c>`) //nolint:errcheck // as above
	}
	_, err := x.out.WriteString("</row>")
	return err
}

func (x *xlsxWriter) Close() error {
	_, err := x.out.WriteString("</sheetData></worksheet>")
	return errors.Join(err, x.out.Flush(), x.zip.Close())
}
