package attack_test

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"net/url"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// names lead out of a directory, into a header, or are none.
var names = []string{"../../../etc/cron.d/x.csv", `..\..\windows\win.csv`, "/etc/passwd.csv", "a/../b.csv", "x\r\nSet-Cookie: a=b.csv", "x\x00.csv", ".", "..", "", "CON.csv",
	strings.Repeat("长", 300) + ".csv", "x.csv/", "\u202evsc.exe.csv", `"; filename="x.html`, "file:///etc/passwd.csv", "%2e%2e%2fx.csv"}

var stored = regexp.MustCompile(`^[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f-]{36}$|^[0-9a-f]{2}/[0-9a-f-]{36}$|^[0-9a-f-]{36}$`)

// The name of a file never decides where it is kept, and is told without what would
// lead anywhere.
func TestNamesOfFilesLeadNowhere(t *testing.T) {
	each(t, func(w *world) {
		sent := 0
		for _, op := range w.uploads() {
			for _, name := range names {
				s, err := w.compose(op, w.requestOf(op), &w.own, &w.own)
				w.must(err)
				for _, header := range []string{"attachment; filename*=UTF-8''" + url.PathEscape(name), `attachment; filename="` + strings.NewReplacer("\r", "", "\n", "", "\x00", "", `"`, "").Replace(name) + `"`} {
					sent++
					s.header["Content-Disposition"] = header
					out := w.send(w.own.maker, s)
					if out.Code >= 500 {
						w.t.Errorf("%s, %q: %d %s", op.ID, name, out.Code, out.Body)
					}
					if out.Code < 300 {
						w.checkName(op, out.Body.Bytes())
					}
				}
			}
		}
		if sent < 90 {
			w.t.Errorf("only %d files sent", sent)
		}
		w.checkPlaces()
	})
}

func (w *world) uploads() (all []*operation) {
	for _, op := range w.doc.operations {
		if op.media() == "application/octet-stream" {
			all = append(all, op)
		}
	}
	return all
}

// checkName looks at the name in the answer.
func (w *world) checkName(op *operation, answer []byte) {
	w.t.Helper()
	made := decode(answer)
	name := ""
	for _, path := range []string{"name", "file_name", "file.name"} {
		if text, ok := at(made, path).(string); ok {
			name = text
		}
	}
	if strings.ContainsAny(name, "/\\\r\n\x00") || name == "." || name == ".." {
		w.t.Errorf("%s keeps the name %q", op.ID, name)
	}
}

// checkPlaces finds files that are not where their identifiers put them.
func (w *world) checkPlaces() {
	w.t.Helper()
	kept := 0
	w.must(filepath.WalkDir(w.Config.Path("files"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		kept++
		if rest := strings.TrimPrefix(path, w.Config.Path("files")+"/"); !stored.MatchString(rest) {
			w.t.Errorf("a file is kept as %s", rest)
		}
		return nil
	}))
	if kept == 0 {
		w.t.Error("no file is kept: the test looks at the wrong place")
	}
}

// Workbooks that are small to send and huge to read are refused in a moment, and
// take no memory to speak of, wherever files are sent.
func TestZipBombs(t *testing.T) {
	bombs := map[string][]byte{"cell": bomb(t, "xl/worksheets/sheet1.xml", `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>`),
		"shared strings": bomb(t, "xl/sharedStrings.xml", `<sst><si><t>`), "styles": bomb(t, "xl/styles.xml", `<styleSheet>`), "list of sheets": bomb(t, "xl/workbook.xml", `<workbook><sheets>`)}
	each(t, func(w *world) {
		for _, op := range w.uploads() {
			for name, raw := range bombs {
				s, err := w.compose(op, w.requestOf(op), &w.own, &w.own)
				w.must(err)
				s.body, s.header["Content-Disposition"] = raw, "attachment; filename=bomb.xlsx"
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				began := time.Now()
				out := w.send(w.own.maker, s)
				took := time.Since(began)
				runtime.ReadMemStats(&after)
				if out.Code >= 500 || took > 20*time.Second || after.HeapSys > before.HeapSys+256<<20 {
					w.t.Errorf("%s, %s: %d after %s, heap of %d MB: %s", op.ID, name, out.Code, took, after.HeapSys>>20, out.Body)
				}
			}
		}
		w.work()
	})
}

// bomb is a workbook one part of which goes on for 512 MB.
func bomb(t *testing.T, part, head string) []byte {
	t.Helper()
	f := excelize.NewFile()
	f.SetCellStr("Sheet1", "A1", "姓名")
	whole, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	in, err := zip.NewReader(bytes.NewReader(whole.Bytes()), int64(whole.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	filling := bytes.Repeat([]byte("x"), 1<<20)
	for _, file := range in.File {
		to, err := z.Create(file.Name)
		if err != nil {
			t.Fatal(err)
		}
		if file.Name != part {
			from, _ := file.Open()
			io.Copy(to, from)
			continue
		}
		io.WriteString(to, head)
		for range 512 {
			to.Write(filling)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
