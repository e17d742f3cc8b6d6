// Package attack holds tests alone: it builds the whole program with two county
// companies and asks every route of the API document as every role, as people
// who mean harm would. The requests stand in testdata/requests.json.
package attack
