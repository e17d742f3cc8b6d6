package webhook

import "context"

// ClaimAndDie takes the most urgent delivery as a process does that is killed then.
func (s *Service) ClaimAndDie(ctx context.Context) error {
	_, err := s.claim(ctx)
	return err
}
