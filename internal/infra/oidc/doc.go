// Package oidc is a client of OpenID Connect providers (Core 1.0, Discovery 1.0,
// RP-Initiated and Back-Channel Logout 1.0): it sends people there to sign in,
// and verifies what comes back. It knows no users and no database.
//
// It asks for nothing but the authorization code flow with PKCE (S256). What a
// provider publishes about itself, its keys among it, is kept for some minutes; a
// key it has not seen makes it look again at once.
package oidc
