// Command provider is an OpenID Connect provider for the journeys. It prints its
// issuer, learns of clients by POST /clients, and ends with its standard input.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/zhiyin-power/zhiyin/internal/infra/oidc/oidctest"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	var people []oidctest.Person
	for _, login := range os.Args[1:] {
		people = append(people, oidctest.Person{Subject: "sub-" + login, Claims: map[string]any{"preferred_username": login}, AMR: []string{"pwd"}})
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	issuer := "http://" + l.Addr().String()
	op, err := oidctest.New(issuer, nil, people...)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/", op)
	mux.HandleFunc("POST /clients", func(w http.ResponseWriter, r *http.Request) {
		var c oidctest.Client
		if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		op.SetClient(c)
	})
	mux.HandleFunc("POST /down", func(_ http.ResponseWriter, r *http.Request) { op.Down.Store(r.FormValue("is") == "true") })
	fmt.Println(issuer)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // whatever ends it, the journey is over
		os.Exit(0)
	}()
	return http.Serve(l, mux)
}
