// Package sink takes what the program would send, e-mail over SMTP and requests over
// HTTP, and shows it instead of passing it on: to a newcomer, and to tests.
//
// Owns: a small SMTP server, an HTTP server that says yes to everything, the last
// messages in memory.
// Does not own: what is sent, or why.
//
// It asks for no password and keeps nothing: it belongs on the machine of one person.
package sink

import (
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// Kind tells how something came.
type Kind string

// The kinds.
const (
	Mail    Kind = "mail"
	Request Kind = "http"
)

// Received is one thing that came.
type Received struct {
	N       int               `json:"n"`
	At      time.Time         `json:"at"`
	Kind    Kind              `json:"kind"`
	From    string            `json:"from,omitempty"`
	To      []string          `json:"to,omitempty"`
	Subject string            `json:"subject,omitempty"`
	Method  string            `json:"method,omitempty"`
	Path    string            `json:"path,omitempty"`
	Headers map[string]string `json:"headers"`
	Text    string            `json:"text"`
	Again   bool              `json:"again" doc:"its Idempotency-Key came before"`

	Raw []byte `json:"-"` // an e-mail as it came
}

// keepLast is how much stays in memory.
const keepLast = 500

// Sink takes messages. It is safe for concurrent use.
type Sink struct {
	// Out shows what comes, a few lines each; nil: nothing.
	Out io.Writer
	// Reply answers an e-mail when all of it has come; nil accepts it. Code 0 ends the
	// connection without an answer.
	Reply func(Received) (code int, text string)

	mu    sync.Mutex
	all   []Received
	count int
	keys  map[string]string
}

// All are those that came, the oldest first.
func (s *Sink) All() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.all)
}

func (s *Sink) take(r Received) Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	r.N, r.At = s.count, time.Now()
	if len(s.all) == keepLast {
		s.all = slices.Delete(s.all, 0, 1)
	}
	s.all = append(s.all, r)
	if s.Out != nil {
		s.print(r)
	}
	return r
}

func (s *Sink) print(r Received) {
	head := fmt.Sprintf("%s %s", r.Method, r.Path)
	if r.Kind == Mail {
		head = fmt.Sprintf("%s → %s  %s", r.From, r.To, r.Subject)
	}
	again := ""
	if r.Again {
		again = "  (again)"
	}
	fmt.Fprintf(s.Out, "#%d %s %s  %s%s\n%s\n\n", r.N, r.At.Format("15:04:05"), r.Kind, head, again, r.Text)
}

// numberOf gives what came with a key the number it was given the first time.
func (s *Sink) numberOf(key string) (number string, again bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	number = fmt.Sprintf("sink-%d", s.count+1)
	if key == "" {
		return number, false
	}
	if before, ok := s.keys[key]; ok {
		return before, true
	}
	if s.keys == nil || len(s.keys) >= keepLast {
		s.keys = map[string]string{}
	}
	s.keys[key] = number
	return number, false
}
