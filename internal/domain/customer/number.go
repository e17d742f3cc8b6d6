package customer

import (
	"context"
	"fmt"
	"sync"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// numbers hands out customer numbers. A process takes a block of a company's
// numbers in a transaction of its own, so that creating customers never waits
// for a shared counter; what is left of a block when the process ends is lost.
type numbers struct {
	mu   sync.Mutex
	left map[id.ID]span
}

type span struct{ next, end int64 }

// numberBlock is how many numbers are taken at once.
const numberBlock = 50

func formatNo(n int64) string { return fmt.Sprintf("K%07d", n) }

// nextNo gives an unused customer number of the company.
func (s *Service) nextNo(ctx context.Context, org id.ID) (string, error) {
	if no, ok := s.numbers.take(org); ok {
		return no, nil
	}
	var first int64
	err := s.DB.Write(ctx, func(tx *db.Tx) (err error) { first, err = takeNumbers(tx, org, numberBlock); return err })
	if err != nil {
		return "", err
	}
	s.numbers.mu.Lock()
	defer s.numbers.mu.Unlock()
	s.numbers.left[org] = span{first + 1, first + numberBlock}
	return formatNo(first), nil
}

func (n *numbers) take(org id.ID) (string, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.left == nil {
		n.left = map[id.ID]span{}
	}
	p := n.left[org]
	if p.next == p.end {
		return "", false
	}
	n.left[org] = span{p.next + 1, p.end}
	return formatNo(p.next), true
}

// Numbers reserves n customer numbers, for many customers made at once.
func (s *Service) Numbers(ctx context.Context, org id.ID, n int) (all []string, err error) {
	var first int64
	err = s.DB.Write(ctx, func(tx *db.Tx) (err error) { first, err = takeNumbers(tx, org, int64(n)); return err })
	for i := range int64(n) {
		all = append(all, formatNo(first+i))
	}
	return all, err
}
