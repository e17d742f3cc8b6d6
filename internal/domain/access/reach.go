package access

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
)

// Reach implements audit.Guard.
func (s *Service) Reach(ctx context.Context, permission string) (audit.Reach, error) {
	who, err := Allow(ctx, permission)
	if err != nil {
		return audit.Reach{}, err
	}
	return audit.Reach{Actor: who.Actor(), HomeOrgID: who.HomeOrgID, Nodes: who.Nodes}, nil
}
