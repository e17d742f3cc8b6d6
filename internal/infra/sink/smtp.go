package sink

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"time"
)

const (
	// patience is how long a client may be silent.
	patience = time.Minute
	// maxMail is the largest e-mail that is taken.
	maxMail = 10 << 20
	// maxRecipients is how many one e-mail may go to.
	maxRecipients = 100
)

// ServeSMTP takes e-mails until ctx ends.
func (s *Sink) ServeSMTP(ctx context.Context, l net.Listener) error {
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	for {
		c, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		go func() {
			defer c.Close()
			(&session{sink: s, conn: c, text: textproto.NewConn(c)}).serve()
		}()
	}
}

// session is one client's connection.
type session struct {
	sink *Sink
	conn net.Conn
	text *textproto.Conn
	from string
	to   []string
}

func (c *session) say(line string) bool { return c.text.PrintfLine("%s", line) == nil }

func (c *session) serve() {
	for ok := c.say("220 zhiyin sink"); ok; {
		if c.conn.SetDeadline(time.Now().Add(patience)) != nil {
			return
		}
		line, err := c.text.ReadLine()
		if err != nil {
			return
		}
		ok = c.command(line)
	}
}

// command answers one line; false ends the connection.
func (c *session) command(line string) bool {
	verb, rest, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO":
		return c.say("250-zhiyin sink") && c.say("250-8BITMIME") && c.say("250 SMTPUTF8")
	case "HELO", "NOOP":
		return c.say("250 ok")
	case "RSET":
		c.from, c.to = "", nil
		return c.say("250 ok")
	case "MAIL":
		c.from, c.to = addressIn(rest), nil
		return c.say("250 ok")
	case "RCPT":
		if len(c.to) == maxRecipients {
			return c.say("452 too many recipients")
		}
		c.to = append(c.to, addressIn(rest))
		return c.say("250 ok")
	case "DATA":
		return c.data()
	case "QUIT":
		c.say("221 bye")
		return false
	}
	return c.say("502 not here")
}

func addressIn(rest string) string {
	_, after, _ := strings.Cut(rest, "<")
	before, _, _ := strings.Cut(after, ">")
	return before
}

func (c *session) data() bool {
	if len(c.to) == 0 {
		return c.say("503 nobody to send it to")
	}
	if !c.say("354 go on") {
		return false
	}
	raw, err := io.ReadAll(io.LimitReader(c.text.DotReader(), maxMail+1))
	if err != nil {
		return false
	}
	if len(raw) > maxMail {
		c.say("552 too large")
		return false
	}
	r := c.sink.take(letter(c.from, c.to, raw))
	code, text := 250, "taken"
	if c.sink.Reply != nil {
		code, text = c.sink.Reply(r)
	}
	if code == 0 {
		return false
	}
	return c.text.PrintfLine("%d %s", code, text) == nil
}

// letter reads an e-mail; one that cannot be read is shown as it came.
func letter(from string, to []string, raw []byte) Received {
	r := Received{Kind: Mail, From: from, To: to, Headers: map[string]string{}, Text: string(raw), Raw: raw}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return r
	}
	words := new(mime.WordDecoder)
	for name, values := range m.Header {
		value := strings.Join(values, ", ")
		if decoded, err := words.DecodeHeader(value); err == nil {
			value = decoded
		}
		r.Headers[name] = value
	}
	r.Subject = r.Headers["Subject"]
	text, err := io.ReadAll(decoded(m))
	if err == nil || errors.Is(err, io.ErrUnexpectedEOF) {
		r.Text = string(text)
	}
	return r
}

func decoded(m *mail.Message) io.Reader {
	switch strings.ToLower(m.Header.Get("Content-Transfer-Encoding")) {
	case "quoted-printable":
		return quotedprintable.NewReader(m.Body)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, m.Body)
	}
	return m.Body
}
