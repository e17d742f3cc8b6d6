// Package rest serves the API: huma over net/http, and nothing outside this
// package knows huma.
//
// Owns: routing, decoding and encoding, problem documents (RFC 9457), ETags,
// the list envelope, the OpenAPI document, request logs and metrics.
// Does not own: who the caller is (the Authenticate hook tells), what he may do
// (the services ask), the sentences (the Text hook makes them from codes).
//
// A handler decodes, calls one service method and encodes. It returns plain
// errors; a *fault.Error becomes its problem document, any other error is
// logged whole and shown as "internal".
package rest
