package message

import "context"

// ClaimAndDie takes the most urgent message as a process does that is killed then.
func (s *Service) ClaimAndDie(ctx context.Context) error {
	_, err := s.claim(ctx)
	return err
}

// Outcome is how a gateway's answer is read: state, reason, receipt.
func (in GatewayInput) Outcome(status int, answer string) [3]string {
	o := newGateway(in).read(status, []byte(answer))
	return [3]string{string(o.state), o.reason, o.receipt}
}

// SMSLength is smsLength.
var SMSLength = smsLength
