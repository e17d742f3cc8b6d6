package message

import (
	"net/mail"
	"strings"
	"unicode"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// How the connection to a mail server is secured.
const (
	plain    = "none"
	startTLS = "starttls"
	implicit = "tls"
)

// MailSettings say how a company sends e-mail.
type MailSettings struct {
	Enabled     bool   `json:"enabled"`
	Host        string `json:"host" maxLength:"253"`
	Port        int    `json:"port" minimum:"1" maximum:"65535"`
	Security    string `json:"security" enum:"none,starttls,tls" doc:"starttls on 587, tls on 465; none only inside a trusted network"`
	Username    string `json:"username,omitempty" maxLength:"200" doc:"none: the server wants no password"`
	FromAddress string `json:"from_address" maxLength:"254"`
	FromName    string `json:"from_name,omitempty" maxLength:"100"`
	ReplyTo     string `json:"reply_to,omitempty" maxLength:"254"`
}

// MailInput sets it.
type MailInput struct {
	MailSettings
	Password string `json:"password,omitempty" maxLength:"500" doc:"shown to nobody again; empty keeps the one there is"`
}

// GatewaySettings say how a company hands SMS to its gateway.
type GatewaySettings struct {
	Enabled       bool     `json:"enabled"`
	Method        string   `json:"method" enum:"POST,PUT,GET"`
	URL           string   `json:"url" maxLength:"1000" doc:"variables of the request may stand in path and query"`
	Headers       []Header `json:"headers" nullable:"false" maxItems:"20"`
	Format        string   `json:"format" enum:"json,form,text" doc:"how values are written into the body"`
	Body          string   `json:"body" maxLength:"4000" doc:"{phone} {text} {key} {secret} {time}; key is the same at every try of a message"`
	SuccessPath   string   `json:"success_path,omitempty" maxLength:"100" doc:"where the result stands in the JSON answer, such as data.code; none: every 2xx is a success"`
	SuccessValues []string `json:"success_values" nullable:"false" maxItems:"20"`
	RetryValues   []string `json:"retry_values" nullable:"false" maxItems:"50" doc:"results that mean: later; any other is a refusal"`
	ReceiptPath   string   `json:"receipt_path,omitempty" maxLength:"100" doc:"where the gateway's own number of the message stands"`
	Idempotent    bool     `json:"idempotent" doc:"the gateway sends nothing twice that comes with the same key: what may have left is sent again by itself"`
}

// Header is one of a request.
type Header struct {
	Name  string `json:"name" minLength:"1" maxLength:"100"`
	Value string `json:"value" maxLength:"1000"`
}

// GatewayInput sets it.
type GatewayInput struct {
	GatewaySettings
	Secret string `json:"secret,omitempty" maxLength:"500" doc:"fills {secret}; shown to nobody again; empty keeps the one there is"`
}

// Channels are how a company sends, without secrets.
type Channels struct {
	Email MailChannel
	SMS   GatewayChannel
}

// Stored is what is told of settings besides what they say.
type Stored struct {
	HasSecret   bool         `json:"has_secret"`
	Waiting     int64        `json:"waiting" doc:"messages that are not sent yet"`
	Version     int64        `json:"version" doc:"0: not set up"`
	UpdatedAt   when.Instant `json:"updated_at,omitzero"`
	UpdatedName string       `json:"updated_name,omitempty"`
}

// MailChannel is how a company sends e-mail.
type MailChannel struct {
	MailSettings
	Stored
}

// GatewayChannel is how a company sends SMS.
type GatewayChannel struct {
	GatewaySettings
	Stored
}

// settings are what is sealed of a channel.
type settings struct {
	Mail    MailInput
	Gateway GatewayInput
}

func (s settings) enabled(c Channel) bool {
	return c == Email && s.Mail.Enabled || c == SMS && s.Gateway.Enabled
}

// defaults are what a form of a channel that was never set up begins with.
func defaults() settings {
	return settings{Mail: MailInput{MailSettings: MailSettings{Port: 587, Security: startTLS}},
		Gateway: GatewayInput{GatewaySettings: GatewaySettings{Method: "POST", Format: "json", Body: `{"phone": "{phone}", "text": "{text}", "key": "{key}"}`,
			Headers: []Header{}, SuccessValues: []string{}, RetryValues: []string{}}}}
}

func (in *MailInput) validate() error {
	for _, text := range []*string{&in.Host, &in.Username, &in.FromAddress, &in.FromName, &in.ReplyTo} {
		*text = strings.TrimSpace(*text)
	}
	var v fault.Validation
	v.Check(in.Host != "", "host", "required")
	v.Check(!strings.ContainsFunc(in.Host, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '/' }), "host", "wrong_format")
	v.Check(in.FromAddress != "", "from_address", "required")
	v.Check(in.FromAddress == "" || isMail(in.FromAddress), "from_address", "message_mail_address")
	v.Check(in.ReplyTo == "" || isMail(in.ReplyTo), "reply_to", "message_mail_address")
	for name, text := range map[string]string{"username": in.Username, "from_name": in.FromName, "password": in.Password} {
		v.Check(!strings.ContainsFunc(text, unicode.IsControl), name, "message_one_line")
	}
	v.Check(in.Password == "" || in.Security != plain, "password", "message_password_open")
	return v.Err()
}

// take keeps the secret there is where none is given. It does not go to another place
// than it was given for: who may change the settings is not told it that way.
func (in *MailInput) take(before MailInput) error {
	if in.Username == "" {
		in.Password = ""
		return nil
	}
	if in.Password != "" {
		return nil
	}
	var v fault.Validation
	same := in.Host == before.Host && in.Port == before.Port && in.Security == before.Security && in.Username == before.Username
	v.Check(before.Password == "" || same, "password", "message_secret_again")
	in.Password = before.Password
	return v.Err()
}

// isMail accepts a plain address and nothing around it.
func isMail(s string) bool {
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }) || len(s) > 254 {
		return false
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s {
		return false
	}
	_, domain, _ := strings.Cut(s, "@")
	return domain != ""
}

// address brings an address into the form the channel wants. Error: ErrAddress.
func address(c Channel, to string) (string, error) {
	to = strings.TrimSpace(to)
	if c == Email {
		if !isMail(to) {
			return "", ErrAddress
		}
		return to, nil
	}
	p, err := cn.ParsePhone(to, "")
	if err != nil || p.Kind != cn.PhoneMobile && p.Kind != cn.PhoneForeign {
		return "", ErrAddress
	}
	return p.Number, nil
}

func maskAddress(c Channel, to string) string {
	if c == Email {
		return cn.MaskEmail(to)
	}
	return cn.MaskPhone(to)
}
