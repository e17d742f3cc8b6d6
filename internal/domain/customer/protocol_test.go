package customer_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// parameters are the names of the parameters each operation takes.
func parameters(t *testing.T, h http.Handler) map[string][]string {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Parameters  []struct {
				Name string `json:"name"`
			}
		}
	}
	if err := json.Unmarshal(resttest.Send(h, resttest.Scenario{Path: "/api/openapi.json"}).Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, methods := range doc.Paths {
		for _, op := range methods {
			for _, p := range op.Parameters {
				all[op.OperationID] = append(all[op.OperationID], p.Name)
			}
		}
	}
	return all
}

// eachOperation runs try for each operation that takes a parameter, with a good
// request of a clerk and a handler that serves him; at least least of them.
func eachOperation(t *testing.T, parameter string, least int, try func(w *world, h http.Handler, operation string, s resttest.Scenario)) {
	each(t, func(t *testing.T, w *world) {
		h := w.serve(callers{"clerk": w.as(w.one, rights()...)})
		all, names, n := operations(t, h), parameters(t, h), 0
		for _, g := range gates {
			if !slices.Contains(names[g.operation], parameter) {
				continue
			}
			n++
			s := w.request(all[g.operation], g.operation, w.target(g.operation))
			s.Header["Caller"] = "clerk"
			try(w, h, g.operation, s)
		}
		if n < least {
			t.Errorf("only %d operations take %s", n, parameter)
		}
	})
}

// with is a scenario with another header; none takes it away.
func with(s resttest.Scenario, header, value string) resttest.Scenario {
	h := map[string]string{}
	for k, v := range s.Header {
		h[k] = v
	}
	if h[header] = value; value == "" {
		delete(h, header)
	}
	s.Header = h
	return s
}

// Every change is made from a version: without one it is refused, from an old one
// it is told so, and both write nothing.
func TestEveryChangeIsMadeFromAVersion(t *testing.T) {
	eachOperation(t, "If-Match", 11, func(w *world, h http.Handler, operation string, s resttest.Scenario) {
		before := w.rows(written...)
		for value, want := range map[string]string{"": "428 request.if_match", `"x"`: "428 request.if_match", `W/"99"`: "412 record.stale", `"99"`: "412 record.stale"} {
			got := resttest.Send(h, with(s, "If-Match", value))
			if told := fmt.Sprint(got.Code, " ", codeOf(got.Body.String())); told != want {
				w.t.Errorf("%s from %q: %s, want %s", operation, value, told, want)
			}
		}
		if n := w.rows(written...); n != before {
			w.t.Errorf("%s: %d rows were written", operation, n-before)
		}
		answer := resttest.Send(h, s)
		if tag := answer.Header().Get("ETag"); answer.Code/100 != 2 || answer.Code != http.StatusNoContent && (tag == "" || tag == s.Header["If-Match"]) {
			w.t.Errorf("%s from the right one: %d, then %s", operation, answer.Code, tag)
		}
	})
}

func codeOf(problem string) string {
	var p struct {
		Code string `json:"code"`
	}
	if json.Unmarshal([]byte(problem), &p) != nil {
		return problem
	}
	return p.Code
}

// What is sent twice with a key is made once and answered alike.
func TestEveryMakingTakesAKey(t *testing.T) {
	eachOperation(t, "Idempotency-Key", 6, func(w *world, h http.Handler, operation string, s resttest.Scenario) {
		s = with(s, "Idempotency-Key", operation)
		first := resttest.Send(h, s)
		before := w.rows(written...)
		again := resttest.Send(h, s)
		if first.Code/100 != 2 || first.Code != again.Code || first.Body.String() != again.Body.String() {
			w.t.Errorf("%s: %d %s\nagain %d %s", operation, first.Code, first.Body, again.Code, again.Body)
		}
		if n := w.rows(written...); n != before {
			w.t.Errorf("%s: %d rows were written by the second", operation, n-before)
		}
	})
}

// Every list is bounded, refuses what is no page and takes no other list's cursor.
func TestEveryListIsBounded(t *testing.T) {
	eachOperation(t, "cursor", 8, func(w *world, h http.Handler, operation string, s resttest.Scenario) {
		path, sign := s.Path, "?"
		if strings.Contains(path, "?") {
			sign = "&"
		}
		for query, want := range map[string]string{"limit=0": "422 input.invalid", "limit=201": "422 input.invalid", "limit=x": "422 input.invalid", "cursor=x": "422 page.cursor", "page=2": "422 input.invalid",
			"cursor=" + w.foreignCursor(h, operation): "422 page.cursor", "limit=1": "200 "} {
			s.Path = path + sign + query
			got := resttest.Send(h, s)
			if told := fmt.Sprint(got.Code, " ", codeOf(got.Body.String())); told != want {
				w.t.Errorf("%s with %s: %s, want %s: %s", operation, query, told, want, got.Body)
			}
		}
	})
}

// foreignCursor is a genuine cursor of a list that is not the operation's.
func (w *world) foreignCursor(h http.Handler, operation string) string {
	w.t.Helper()
	path := customers + "?limit=1&sort=created_at"
	if operation == "customer.list" {
		path += "&q=欧阳" // the operation itself, by another order
	}
	var page struct {
		Next string `json:"next_cursor"`
	}
	answer := resttest.Send(h, resttest.Scenario{Path: path, Header: from("clerk")})
	if err := json.Unmarshal(answer.Body.Bytes(), &page); err != nil || page.Next == "" {
		w.t.Fatalf("%d %s", answer.Code, answer.Body)
	}
	return page.Next
}
