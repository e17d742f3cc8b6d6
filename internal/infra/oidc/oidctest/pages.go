package oidctest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"net/url"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/op"
)

var page = template.Must(template.New("").Parse(`<!doctype html><html lang="en"><meta charset="utf-8"><title>{{.Title}}</title>
<main><h1>{{.Title}}</h1>{{range .People}}<form method="post" action="{{$.Action}}">
<input type="hidden" name="id" value="{{$.ID}}"><button name="subject" value="{{.Subject}}">{{.Subject}}</button></form>{{end}}</main>`))

type pageData struct {
	Title, Action, ID string
	People            []Person
}

func (o *OP) show(w http.ResponseWriter, d pageData) {
	d.People = o.store.people
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := page.Execute(w, d); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// choose asks who signs in.
func (o *OP) choose(w http.ResponseWriter, r *http.Request) {
	o.show(w, pageData{Title: "Sign in as", Action: "/login", ID: r.FormValue("id")})
}

func (o *OP) chosen(w http.ResponseWriter, r *http.Request) {
	if !o.store.choose(r.FormValue("id"), r.FormValue("subject")) {
		http.Error(w, "unknown", http.StatusBadRequest)
		return
	}
	back := op.AuthCallbackURL(o.provider)(op.ContextWithIssuer(r.Context(), o.Issuer), r.FormValue("id"))
	http.Redirect(w, r, back, http.StatusSeeOther)
}

// people asks who signs out at the provider.
func (o *OP) people(w http.ResponseWriter, _ *http.Request) {
	o.show(w, pageData{Title: "Sign out", Action: "/people/sign-out"})
}

func (o *OP) signOut(w http.ResponseWriter, r *http.Request) {
	if err := o.tell(r.FormValue("subject")); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	fmt.Fprintln(w, "signed out")
}

// tell sends logout tokens to the clients that want them.
func (o *OP) tell(subject string) error {
	o.store.mu.Lock()
	clients := o.store.clients
	o.store.mu.Unlock()
	for _, c := range clients {
		if c.BackChannel == "" {
			continue
		}
		token, err := o.Sign(o.LogoutClaims(c.ID, subject, SessionOf(subject)), "logout+jwt")
		if err != nil {
			return err
		}
		w, err := http.PostForm(c.BackChannel, url.Values{"logout_token": {token}})
		if err != nil {
			return err
		}
		w.Body.Close()
		if w.StatusCode != http.StatusOK {
			return fmt.Errorf("oidctest: %s answers %s", c.BackChannel, w.Status)
		}
	}
	return nil
}

// tampering changes the ID tokens that the provider gives out, and signs them again.
func (o *OP) tampering(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if o.Tamper == nil {
			next.ServeHTTP(w, r)
			return
		}
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		body, err := o.tampered(rec.Body.Bytes())
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(rec.Code)
		w.Write(body)
	})
}

func (o *OP) tampered(answer []byte) ([]byte, error) {
	tokens := map[string]any{}
	if err := json.Unmarshal(answer, &tokens); err != nil || tokens["id_token"] == nil {
		return answer, err
	}
	t, err := jose.ParseSignedCompact(tokens["id_token"].(string), []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return nil, err
	}
	claims := map[string]any{}
	d := json.NewDecoder(bytes.NewReader(t.UnsafePayloadWithoutVerification()))
	d.UseNumber()
	if err := d.Decode(&claims); err != nil {
		return nil, err
	}
	o.Tamper(claims)
	if tokens["id_token"], err = o.Sign(claims, "JWT"); err != nil {
		return nil, err
	}
	return json.Marshal(tokens)
}
