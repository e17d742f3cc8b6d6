package attack_test

import (
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// open stands in the database in clear: names and the addresses of premises are
// sorted and searched by fragment. Nothing else does.
var open = []string{"name", "twin", "address"}

// What was planted is found nowhere but sealed: not in the log at its chattiest, in
// metrics, job arguments, the tables of search and idempotency, the database and its
// journal, files, temporary files or backups, after every route was asked well and
// badly.
func TestNothingPlantedIsWrittenInClear(t *testing.T) {
	each(t, func(w *world) {
		stop := w.catchTemporary()
		secrets := w.secrets()
		w.askBadly(secrets)
		w.work()
		stop()
		for _, c := range []*company{&w.own, &w.other} {
			for _, name := range personal {
				secrets[name+" of "+c.Name] = c.words[name]
			}
			secrets["respondent of "+c.Name] = c.respondent()
			secrets["imported name of "+c.Name] = c.imported()
		}
		secrets["heading"] = heading
		w.lookAtLog(secrets)
		w.lookAtDatabase(secrets)
		w.lookAtFiles(secrets)
	})
}

// secrets are what only one person may know, by what they are: all of it was sent or
// answered once.
func (w *world) secrets() map[string]string {
	w.t.Helper()
	all := map[string]string{"password": password, "wrong password": w.own.words["wrong"], "client secret": w.own.words["clientsecret"], "API key": w.own.records["token"], "other API key": w.other.records["token"],
		"session": strings.SplitN(w.own.maker.cookie, "=", 2)[1], "customer's session": strings.SplitN(w.own.maker.portal, ".", 2)[1]}
	a := w.user(&w.own, "factor")
	var begun struct{ Secret, URL string }
	w.answer(a, sent{method: "POST", target: "/api/v1/me/factor"}, &begun)
	code, err := totp.GenerateCode(begun.Secret, time.UnixMicro(w.now.Load()))
	w.must(err)
	var codes struct{ Codes []string }
	w.answer(a, sent{method: "POST", target: "/api/v1/me/factor/confirm", body: fmt.Appendf(nil, `{"code":%q}`, code), header: jsonBody}, &codes)
	if len(codes.Codes) == 0 || begun.Secret == "" {
		w.t.Fatalf("no second factor: %+v %+v", begun, codes)
	}
	all["TOTP secret"] = begun.Secret
	for i, c := range codes.Codes {
		all[fmt.Sprint("recovery code ", i)] = c
	}
	return all
}

var jsonBody = map[string]string{"Content-Type": "application/json"}

// answer reads the JSON of a request that must succeed.
func (w *world) answer(a actor, s sent, into any) {
	w.t.Helper()
	out := w.send(a, s)
	if out.Code >= 300 {
		w.t.Fatalf("%s %s: %d %s", s.method, s.target, out.Code, out.Body)
	}
	w.must(json.Unmarshal(out.Body.Bytes(), into))
}

// askBadly asks every route as it should be and in all ways it should not, with
// planted words in each place of a request.
func (w *world) askBadly(secrets map[string]string) {
	w.t.Helper()
	for _, op := range w.doc.operations {
		if strings.HasPrefix(op.ID, "access.password") || op.ID == "access.logout" || op.ID == "access.sessions_end" {
			continue
		}
		s, err := w.compose(op, w.requestOf(op), &w.own, &w.own)
		w.must(err)
		if op.takes("If-Match") {
			s.header["If-Match"] = stale
		}
		for _, bad := range append(w.spoil(op, s), s) {
			out := w.send(w.own.maker, bad)
			if out.Code >= 500 && out.Code != http.StatusServiceUnavailable { // what it asks is away
				w.t.Errorf("%s %s %s: %d %s", bad.method, bad.target, bad.body, out.Code, out.Body)
			}
			for name, secret := range secrets {
				if out.Code >= 400 && strings.Contains(out.Body.String(), secret) {
					w.t.Errorf("%s %s tells the %s: %s", bad.method, bad.target, name, out.Body)
				}
			}
		}
	}
}

// spoil makes requests of a good one that are refused, each with planted words.
func (w *world) spoil(op *operation, s sent) (all []sent) {
	words := w.own.words
	change := func(fn func(*sent)) {
		bad := s
		bad.header = map[string]string{}
		for name, value := range s.header {
			bad.header[name] = value
		}
		fn(&bad)
		all = append(all, bad)
	}
	join := func(target, query string) string {
		if strings.Contains(target, "?") {
			return target + "&" + query
		}
		return target + "?" + query
	}
	q := url.QueryEscape(words["phone"])
	change(func(b *sent) { b.target = join(b.target, q+"="+q) })
	for i, p := range op.Parameters {
		value := words[personal[i%len(personal)]]
		switch p.In {
		case "query":
			change(func(b *sent) { b.target = join(b.target, p.Name+"="+url.QueryEscape(value)) })
		case "header":
			change(func(b *sent) { b.header[p.Name] = value })
		case "path":
			change(func(b *sent) { b.target = strings.Replace(op.Path, "{"+p.Name+"}", url.PathEscape(value), 1) })
		}
	}
	if op.media() == "" {
		return all
	}
	change(func(b *sent) { b.body = append(slices.Clone(b.body), words["note"]...) })
	if op.media() != "application/json" {
		return all
	}
	change(func(b *sent) { b.body = b.body[:len(b.body)-1] })
	change(func(b *sent) { b.body = []byte(`"` + words["certificate"] + `"`) })
	change(func(b *sent) { b.header["Content-Type"] = words["email"] })
	change(func(b *sent) {
		b.body = []byte(`{"` + words["phone"] + `":"` + words["note"] + `",` + string(b.body[1:]))
	})
	var fields map[string]any
	if json.Unmarshal(s.body, &fields) != nil {
		return all
	}
	var names []string
	for field := range fields {
		names = append(names, field)
	}
	fields["unknown"] = words["email"] // so that it is refused, whatever else it holds
	for _, field := range names {
		was := fields[field]
		for _, value := range []any{words["note"], []string{words["phone"]}, map[string]string{words["email"]: words["certificate"]}, strings.Repeat(words["home"], 4000)} {
			fields[field] = value
			raw, _ := json.Marshal(fields)
			change(func(b *sent) { b.body = raw })
		}
		fields[field] = was
	}
	return all
}

func (w *world) lookAtLog(secrets map[string]string) {
	w.t.Helper()
	log := w.log.String()
	if !strings.Contains(log, `"route":"GET /api/v1/customers/{id}"`) {
		w.t.Error("requests are not logged: the test looks at the wrong place")
	}
	w.find("the log", []byte(log), secrets)
	w.find("the metrics", w.send(actor{}, sent{method: "GET", target: "/metrics"}).Body.Bytes(), secrets)
}

// lookAtDatabase reads every value of every table.
func (w *world) lookAtDatabase(secrets map[string]string) {
	w.t.Helper()
	driver, source, tables := "sqlite", "file:"+w.Config.Path("zhiyin.db")+"?mode=ro", "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'"
	if w.engine == db.PostgreSQL {
		driver, source, tables = "pgx", w.Config.DSN, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
	}
	d, err := sql.Open(driver, source)
	w.must(err)
	defer d.Close()
	rows, err := d.QueryContext(w.t.Context(), tables)
	w.must(err)
	defer rows.Close()
	read := 0
	for rows.Next() {
		var name string
		w.must(rows.Scan(&name))
		read += w.lookAtTable(d, name, secrets)
	}
	w.must(rows.Err())
	if read < 1000 {
		w.t.Errorf("only %d values read", read)
	}
}

// lookAtFiles reads every file that was written: of the data directory, and those
// that were there for a while.
func (w *world) lookAtFiles(secrets map[string]string) {
	w.t.Helper()
	kinds := map[string]int{}
	w.must(filepath.WalkDir(os.TempDir(), func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if rest, mine := strings.CutPrefix(path, w.Config.Data); mine {
			kinds[strings.SplitN(rest, "/", 3)[1]]++
		}
		w.find("the file "+path, raw, secrets)
		return nil
	}))
	if kinds["files"] < 4 || kinds["backups"] < 1 || w.engine == db.SQLite && kinds["zhiyin.db"]+kinds["zhiyin.db-wal"] != 2 {
		w.t.Errorf("files looked at: %v", kinds)
	}
}

// find looks for secrets as they are and in the usual spellings.
func (w *world) find(where string, in []byte, secrets map[string]string) {
	w.t.Helper()
	text := string(in)
	for name, secret := range secrets {
		if kind, _, _ := strings.Cut(name, " of "); slices.Contains(open, kind) && (strings.HasPrefix(where, "the table") || strings.Contains(where, "zhiyin.db")) {
			continue
		}
		for _, spelled := range spellings(secret) {
			if strings.Contains(text, spelled) {
				w.t.Errorf("the %s (%s) stands in %s", name, spelled, where)
				break
			}
		}
	}
}

// spellings are how a text may be written: itself, in a URL, in JSON of ASCII, in
// UTF-16, in base64 at any place, in hexadecimal.
func spellings(s string) []string {
	var ascii, wide strings.Builder
	for _, r := range s {
		wide.Write([]byte{byte(r), byte(r >> 8)})
		if r < 0x80 {
			ascii.WriteRune(r)
		} else {
			fmt.Fprintf(&ascii, `\u%04x`, r)
		}
	}
	all := []string{s, url.QueryEscape(s), ascii.String(), wide.String(), hex.EncodeToString([]byte(s))}
	for shift := range 3 {
		coded := base64.StdEncoding.EncodeToString(append(make([]byte, shift), s...))
		if inner := coded[4:max(4, len(coded)-4)]; len(inner) >= 8 {
			all = append(all, inner)
		}
	}
	return all
}
