package access

import (
	"context"
	"errors"
	"testing"

	"golang.org/x/sync/semaphore"
)

// Who waits for his turn does not wait longer than he is waited for.
func TestHashingTakesTurns(t *testing.T) {
	s := &Service{turns: semaphore.NewWeighted(1)}
	hash := Cost{MemoryKiB: 8, Passes: 1}.Hash("geheim")
	err := s.inTurn(t.Context(), func() {
		gone, leave := context.WithCancel(t.Context())
		leave()
		if _, err := s.verify(gone, hash, "geheim"); !errors.Is(err, context.Canceled) {
			t.Errorf("while another hashes: %v", err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := s.verify(t.Context(), hash, "geheim"); !ok || err != nil {
		t.Errorf("afterwards: %v, %v", ok, err)
	}
}
