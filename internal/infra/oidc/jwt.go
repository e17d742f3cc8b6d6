package oidc

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// typedAsLogout tells whether a token calls itself a logout token, or nothing in
// particular: many providers leave it out. It is looked at before anything is asked
// of the provider.
func typedAsLogout(raw string) bool {
	head, _, _ := strings.Cut(raw, ".")
	text, err := base64.RawURLEncoding.DecodeString(head)
	var header struct {
		Type string `json:"typ"`
	}
	if err != nil || json.Unmarshal(text, &header) != nil {
		return false
	}
	switch strings.ToLower(header.Type) {
	case "", "jwt", "logout+jwt":
		return true
	}
	return false
}
