package message

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/wneessen/go-mail"
)

// line is a way out that stands open.
type line interface {
	// transmit hands a message over and tells how that ended. It does not return before
	// that is known, or its time is over.
	transmit(ctx context.Context, m row, b body) outcome
	close()
}

const (
	// connectWithin is how long a server may take to answer at all.
	connectWithin = 20 * time.Second
	// transmitWithin is how long it may take to accept a message.
	transmitWithin = 30 * time.Second
)

// connect opens the way out of a channel. Whoever is refused there is told by the
// outcome: nothing has left yet.
func connect(ctx context.Context, c Channel, s settings) (line, outcome) {
	if c == SMS {
		return newGateway(s.Gateway), outcome{}
	}
	return dialMail(ctx, s.Mail)
}

type mailLine struct {
	client *mail.Client
	MailSettings
}

func dialMail(ctx context.Context, s MailInput) (line, outcome) {
	options := []mail.Option{mail.WithPort(s.Port), mail.WithTimeout(connectWithin), mail.WithoutRset()}
	switch s.Security {
	case implicit:
		options = append(options, mail.WithSSL())
	case startTLS:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	default:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	}
	if s.Username != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.Username), mail.WithPassword(s.Password))
	}
	client, err := mail.NewClient(s.Host, options...)
	if err != nil {
		return nil, outcome{state: Queued, reason: reasonUnreadable}
	}
	if err := client.DialWithContext(ctx); err != nil {
		return nil, outcome{state: Queued, reason: reasonConnect}
	}
	return &mailLine{client, s.MailSettings}, outcome{}
}

func (l *mailLine) close() { _ = l.client.Close() } // what was said has been answered

func (l *mailLine) transmit(_ context.Context, m row, b body) outcome {
	msg, err := l.compose(m, b)
	if err != nil {
		return outcome{state: Refused, reason: reasonUnreadable}
	}
	err = l.client.Send(msg)
	if msg.IsDelivered() {
		return outcome{state: Sent, receipt: msg.GetMessageID()}
	}
	return mailFailure(err)
}

// compose makes the letter. Its number is that of the message, at every try, so that
// whoever gets it twice can tell.
func (l *mailLine) compose(m row, b body) (*mail.Msg, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	err := errors.Join(msg.FromFormat(l.FromName, l.FromAddress), msg.AddToFormat(b.ToName, b.To))
	if l.ReplyTo != "" {
		err = errors.Join(err, msg.ReplyTo(l.ReplyTo))
	}
	msg.Subject(oneLine(b.Subject))
	msg.SetMessageIDWithValue(m.ID.String() + "@" + domainOf(l.FromAddress))
	msg.SetDateWithValue(m.CreatedAt.Time())
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(mail.TypeTextPlain, b.Text)
	return msg, err
}

func domainOf(address string) string {
	for i := len(address) - 1; i >= 0; i-- {
		if address[i] == '@' {
			return address[i+1:]
		}
	}
	return address
}

// mailFailure reads what the server said. Only between the last byte of the text and the
// answer nobody knows whether it was accepted.
func mailFailure(err error) outcome {
	var e *mail.SendError
	if !errors.As(err, &e) {
		return outcome{state: Queued, reason: reasonBroken}
	}
	code := e.ErrorCode()
	switch {
	case code >= 500:
		return outcome{state: Refused, reason: fmt.Sprintf("smtp_%d", code)}
	case code >= 400:
		return outcome{state: Queued, reason: fmt.Sprintf("smtp_%d", code)}
	case e.Reason == mail.ErrSMTPDataClose:
		return outcome{state: Uncertain, reason: reasonNoAnswer}
	}
	return outcome{state: Queued, reason: reasonBroken}
}
