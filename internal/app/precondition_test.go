package app_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// withoutAVersion are the operations that change something and name no version of
// it, each with its reason.
var withoutAVersion = map[string]string{
	"access.password":        "names the old password instead",
	"access.sessions_end":    "a session has no versions and ends once",
	"access.factor_confirm":  "a code counts once",
	"access.factor_codes":    "a code counts once",
	"access.factor_end":      "a code counts once",
	"access.rescue_unlock":   "takes back whatever failures there are",
	"access.rescue_factor":   "removes whichever second factor there is",
	"access.rescue_sessions": "ends whatever sessions there are",
	"access.revoke_key":      "a key ends once, and stays ended",
	"access.sso_logout":      "a provider tells of people, who have no versions, and a token counts once",
	"access.unlink":          "a link has no versions and ends once",
	"access.logout":          "ends the caller's own session, which has no versions",
	"job.cancel":             "a job has no versions: one that has ended says so",
	"customer.tag":           "adds and removes tags of many customers and leaves their other tags alone",
	"customer.classify":      "puts many customers into one class, whichever they were in",
	"feedback.bulk":          "names the version of each case in its body",
	"feedback.draft":         "a case has one draft, and gives it however often it is asked for",
	"feedback.watch":         "a mark of the caller's own, of which there is one",
	"view.choose":            "one's own mark, set whole",
	"view.restore":           "a removed view has one version, the last",
	"knowledge.load":         "adds what comes with the program and is not there yet, however often",
	"knowledge.missed":       "counts a search; nobody changes the number otherwise",
	"knowledge.vote":         "names the version that was read; a person's vote counts once, and may change",
	"portal.logout":          "ends the customer's own session, which has no versions",
	"portal.password":        "names the old password instead, or was opened by a code",
	"portal.set_consent":     "names the version of the text that was read",
	"portal.reset":           "takes away whatever access there is",
	"supply.record.many":     "a load of what the meter system knows, which corrects months on record",
}

// withoutAKey are the operations that begin or make something and take no key,
// each with its reason.
var withoutAKey = map[string]string{
	"access.login":          "a second session harms nobody; the first is lost with its answer",
	"access.factor_begin":   "until it is confirmed, the secret of the last request counts",
	"access.sso_begin":      "an attempt that nobody finishes is forgotten",
	"access.sso_code":       "an attempt opens one session",
	"access.create_key":     "the token is shown once and kept by nobody, so no second answer could repeat it",
	"portal.code":           "a second code harms nobody, and is bounded",
	"portal.login_code":     "a code opens one session",
	"portal.login_password": "a second session harms nobody; the first is lost with its answer",
	"survey.check":          "a dry run: the second finds what the first found",
	"audit.verify":          "walks the log and changes nothing: the second walk finds what the first found",
}

// onlyAsking are the operations that are sent by POST for the size or
// confidentiality of the question and change nothing.
var onlyAsking = []string{"access.test_provider", "audit.open", "calendar.check", "customer.bulk_preview", "customer.check", "feedback.bulk_preview", "feedback.hint", "knowledge.preview", "knowledge.snippet_fill", "knowledge.suggest", "lookup.preview", "lookup.trace", "message.preview", "portal.progress", "promise.preview", "reception.known", "satisfaction.model_check", "task.bulk_preview"}

// described is an operation as the API document tells of it.
type described struct {
	ID         string         `json:"operationId"`
	Parameters []parameter    `json:"parameters"`
	Responses  map[string]any `json:"responses"`
}

type parameter struct {
	Name     string `json:"name"`
	Required bool   `json:"required"`
}

func (d described) takes(header string) bool {
	return slices.Contains(d.Parameters, parameter{header, header == "If-Match"})
}

func (d described) answers(status string) bool { return d.Responses[status] != nil }

// A change of a record that is there names the version it was made from, and a
// request that makes or begins something can be sent again without making it
// twice.
func TestChangesNameTheirVersionAndMakingTakesAKey(t *testing.T) {
	b := newBench(t, db.SQLite)
	raw, err := b.API().OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]described `json:"paths"`
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	excused := map[string]bool{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			switch missing := lacks(method, op); {
			case method == "get" || missing == "":
			case missing == "If-Match" && withoutAVersion[op.ID] != "", missing == "Idempotency-Key" && withoutAKey[op.ID] != "", slices.Contains(onlyAsking, op.ID):
				excused[op.ID] = true
			default:
				t.Errorf("%s %s (%s) takes no %s", strings.ToUpper(method), path, op.ID, missing)
			}
			if op.takes("If-Match") != (op.answers("428") && op.answers("412")) {
				t.Errorf("%s: the document tells of If-Match, 412 and 428 only in part", op.ID)
			}
		}
	}
	if want := len(withoutAVersion) + len(withoutAKey) + len(onlyAsking); len(excused) != want {
		t.Errorf("%d of the %d excused operations need the excuse: %v", len(excused), want, excused)
	}
}

// lacks names the header that an operation should take and does not. What a POST
// makes answers 201, what it begins 202; the others change what is there.
func lacks(method string, op described) string {
	makes := method == "post" && (op.answers("201") || op.answers("202"))
	switch {
	case op.takes("If-Match") || makes && op.takes("Idempotency-Key"):
		return ""
	case makes:
		return "Idempotency-Key"
	}
	return "If-Match"
}
