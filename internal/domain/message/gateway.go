package message

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
)

var (
	requestVariable = regexp.MustCompile(`\{(phone|text|key|secret|time)\}`)
	anyVariable     = regexp.MustCompile(`\{[a-zA-Z_]+\}`)
	headerName      = regexp.MustCompile(`^[A-Za-z0-9-]+$`)
)

func (in *GatewayInput) validate() error {
	in.URL = strings.TrimSpace(in.URL)
	var v fault.Validation
	u, err := url.Parse(requestVariable.ReplaceAllString(in.URL, "x"))
	v.Check(err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil, "url", "message_url")
	if i := strings.Index(in.URL, "://"); i >= 0 {
		host, _, _ := strings.Cut(in.URL[i+3:], "/")
		v.Check(!strings.ContainsAny(host, "{}"), "url", "message_url_host")
	}
	for i, h := range in.Headers {
		v.Check(headerName.MatchString(h.Name), fmt.Sprintf("headers[%d].name", i), "wrong_format")
		v.Check(!strings.ContainsFunc(h.Value, unicode.IsControl), fmt.Sprintf("headers[%d].value", i), "message_one_line")
	}
	v.Check(!strings.ContainsFunc(in.Secret, unicode.IsControl), "secret", "message_one_line")
	for field, text := range map[string]string{"url": in.URL, "body": in.Body} {
		for _, name := range anyVariable.FindAllString(text, -1) {
			v.Check(requestVariable.MatchString(name), field, "message_variable", "name", name, "known", "{phone} {text} {key} {secret} {time}")
		}
	}
	whole := in.URL + in.Body
	v.Check(strings.Contains(whole, "{phone}") && strings.Contains(whole, "{text}"), "body", "message_phone_text")
	if in.Format == "json" && in.Method != http.MethodGet && strings.TrimSpace(in.Body) != "" {
		v.Check(json.Valid([]byte(in.fill(in.Body, inJSON, map[string]string{"time": "1"}))), "body", "message_json")
	}
	v.Check(in.SuccessPath == "" || len(in.SuccessValues) > 0, "success_values", "required")
	return v.Err()
}

// take keeps the secret there is where none is given, for the place it was given for.
func (in *GatewayInput) take(before GatewayInput) error {
	if in.Secret != "" || before.Secret == "" {
		return nil
	}
	var v fault.Validation
	v.Check(hostOf(in.URL) == hostOf(before.URL), "secret", "message_secret_again")
	in.Secret = before.Secret
	return v.Err()
}

func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// fill writes values into a part of the request, each escaped for where it stands.
func (GatewayInput) fill(text string, escape func(string) string, values map[string]string) string {
	return requestVariable.ReplaceAllStringFunc(text, func(m string) string { return escape(values[m[1:len(m)-1]]) })
}

func inJSON(s string) string {
	raw, _ := json.Marshal(s) // a string is always encoded
	return string(raw[1 : len(raw)-1])
}

func inURL(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

func asIs(s string) string { return s }

type gatewayLine struct {
	GatewayInput
	client *http.Client
}

// newGateway makes a client that goes where it is told and nowhere else.
func newGateway(s GatewayInput) *gatewayLine {
	transport := &http.Transport{DialContext: (&net.Dialer{Timeout: connectWithin}).DialContext, TLSHandshakeTimeout: connectWithin,
		ResponseHeaderTimeout: transmitWithin, DisableKeepAlives: true}
	return &gatewayLine{s, &http.Client{Transport: transport, Timeout: transmitWithin,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (l *gatewayLine) close() { l.client.CloseIdleConnections() }

func (l *gatewayLine) transmit(ctx context.Context, m row, b body) outcome {
	values := map[string]string{"phone": b.To, "text": b.Text, "key": m.ID.String(), "secret": l.Secret, "time": strconv.FormatInt(m.HandedAt.Time().Unix(), 10)}
	r, err := l.request(ctx, values)
	if err != nil {
		return outcome{state: Refused, reason: reasonUnreadable}
	}
	answer, err := l.client.Do(r)
	if err != nil {
		var op *net.OpError
		if errors.As(err, &op) && op.Op == "dial" {
			return outcome{state: Queued, reason: reasonConnect}
		}
		return l.unknown(reasonNoAnswer)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return l.unknown(reasonNoAnswer)
	}
	return l.read(answer.StatusCode, raw)
}

// maxAnswer is how much of an answer is read.
const maxAnswer = 64 << 10

func (l *gatewayLine) request(ctx context.Context, values map[string]string) (*http.Request, error) {
	escape, contentType := asIs, "text/plain; charset=utf-8"
	switch l.Format {
	case "json":
		escape, contentType = inJSON, "application/json"
	case "form":
		escape, contentType = inURL, "application/x-www-form-urlencoded"
	}
	var content io.Reader
	if l.Method != http.MethodGet {
		content = strings.NewReader(l.fill(l.Body, escape, values))
	}
	r, err := http.NewRequestWithContext(ctx, l.Method, l.fill(l.URL, inURL, values), content)
	if err != nil {
		return nil, err
	}
	if content != nil {
		r.Header.Set("Content-Type", contentType)
	}
	r.Header.Set("Idempotency-Key", values["key"])
	for _, h := range l.Headers {
		r.Header.Set(h.Name, l.fill(h.Value, asIs, values))
	}
	return r, nil
}

// unknown is the outcome where the gateway may have taken the message.
func (l *gatewayLine) unknown(reason string) outcome {
	if l.Idempotent {
		return outcome{state: Queued, reason: reason}
	}
	return outcome{state: Uncertain, reason: reason}
}

// read tells what an answer means. "Too many" and "not now" are said before anything is
// taken; after another error of the gateway nobody knows.
func (l *gatewayLine) read(status int, raw []byte) outcome {
	reason := fmt.Sprintf("http_%d", status)
	switch {
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		return outcome{state: Queued, reason: reason}
	case status >= 500 || status == http.StatusRequestTimeout:
		return l.unknown(reason)
	case status < 200 || status >= 300:
		return outcome{state: Refused, reason: reason}
	}
	var answer any
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	_ = d.Decode(&answer) // what is no JSON has nothing at any path
	receipt, _ := at(answer, l.ReceiptPath)
	if l.SuccessPath == "" {
		return outcome{state: Sent, receipt: receipt}
	}
	result, found := at(answer, l.SuccessPath)
	switch {
	case !found:
		return l.unknown("gateway_unclear")
	case slices.Contains(l.SuccessValues, result):
		return outcome{state: Sent, receipt: receipt}
	case slices.Contains(l.RetryValues, result):
		return outcome{state: Queued, reason: gatewayReason(result)}
	}
	return outcome{state: Refused, reason: gatewayReason(result)}
}

var plainCode = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,40}$`)

// gatewayReason keeps what is a code; a sentence might hold the number or the text.
func gatewayReason(result string) string {
	if !plainCode.MatchString(result) {
		result = "refused"
	}
	return "gateway_" + result
}

// at gives the plain value at a dotted path.
func at(v any, path string) (string, bool) {
	if path == "" {
		return "", false
	}
	for key := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(in) {
				return "", false
			}
			v = in[i]
		default:
			return "", false
		}
	}
	switch v.(type) {
	case string, bool, json.Number:
		return fmt.Sprint(v), true
	}
	return "", false
}
