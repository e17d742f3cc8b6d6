package oidc

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// What can be wrong with a provider or with what it says.
var (
	// ErrInsecure: an address is not https, nor of this machine.
	ErrInsecure = fault.New(fault.Invalid, "oidc.insecure")
	// ErrUnreachable: the provider does not answer, or answers with an error.
	ErrUnreachable = fault.New(fault.Unavailable, "oidc.unreachable")
	// ErrNoProvider: at the address is no discovery document.
	ErrNoProvider = fault.New(fault.Invalid, "oidc.no_provider")
	// ErrIssuer: it calls itself otherwise; Params["issuer"].
	ErrIssuer = fault.New(fault.Invalid, "oidc.issuer")
	// ErrNoKeys: it publishes no key to verify its tokens by.
	ErrNoKeys = fault.New(fault.Invalid, "oidc.no_keys")
	// ErrKeys: the keys to verify its tokens by cannot be fetched.
	ErrKeys = fault.New(fault.Unavailable, "oidc.keys")
	// ErrKeysAt: the same, for who sets it up; Params["address"].
	ErrKeysAt = fault.New(fault.Invalid, "oidc.keys_at")
	// ErrClient: it does not know the client, or the secret is another.
	ErrClient = fault.New(fault.Forbidden, "oidc.client")
	// ErrGrant: the code has expired, was used, or belongs to another attempt.
	ErrGrant = fault.New(fault.Forbidden, "oidc.grant")
	// ErrToken: a token is not for us, not of the provider, or of another attempt.
	ErrToken = fault.New(fault.Forbidden, "oidc.token")
	// ErrExpired: a token has expired, by our clock.
	ErrExpired = fault.New(fault.Forbidden, "oidc.expired")
)
