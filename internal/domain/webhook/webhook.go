package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/outbound"
)

// State is where a subscription stands.
type State string

// The states of a subscription.
const (
	Active State = "active"
	Paused State = "paused"
	Ended  State = "ended"
)

// DeliveryState is where a delivery stands.
type DeliveryState string

// The states of a delivery.
const (
	Queued    DeliveryState = "queued"
	Sending   DeliveryState = "sending"
	Delivered DeliveryState = "delivered"
	Failed    DeliveryState = "failed"
	Dropped   DeliveryState = "dropped"
)

// Reasons of ours; those of the other side are "http_404".
const (
	reasonGone      = "gone"       // it answered 410
	reasonInside    = "inside"     // the address leads inside
	reasonConnect   = "no_connect" // nobody answers there
	reasonNoAnswer  = "no_answer"  // it took too long
	reasonCrash     = "interrupted"
	reasonNoWebhook = "ended" // the subscription ended
)

// KindTest is the event of a test, of which every subscription can be told.
const KindTest = "webhook.test"

// Webhook is a subscription.
type Webhook struct {
	ID           id.ID        `json:"id"`
	OrgID        id.ID        `json:"org_id"`
	Name         string       `json:"name"`
	URL          string       `json:"url"`
	Kinds        []string     `json:"kinds" nullable:"false" doc:"kinds of events, or all of a module: case.*"`
	State        State        `json:"state" enum:"active,paused,ended"`
	Reason       string       `json:"reason,omitempty"`
	ReasonText   string       `json:"reason_text,omitempty"`
	FailingSince when.Instant `json:"failing_since,omitzero" doc:"the first failure after the last success"`
	CreatedName  string       `json:"created_name"`
	CreatedAt    when.Instant `json:"created_at"`
	Version      int64        `json:"version"`
}

// Made is a subscription with its secret, which is shown this once.
type Made struct {
	Webhook
	Secret string `json:"secret" doc:"for checking signatures; shown to nobody again"`
	Made   int    `json:"made,omitempty" doc:"in how many companies; this is the first of them"`
}

// Fields are what is said of a subscription.
type Fields struct {
	Name  string   `json:"name" minLength:"1" maxLength:"60"`
	URL   string   `json:"url" minLength:"1" maxLength:"1000" doc:"https; no address inside"`
	Kinds []string `json:"kinds" nullable:"false" minItems:"1" maxItems:"50"`
}

// CreateInput makes one in a company, or one in each of several, all with the same secret.
type CreateInput struct {
	OrgID  id.ID   `json:"org_id,omitzero" doc:"company; needed by callers of several"`
	OrgIDs []id.ID `json:"org_ids,omitempty" maxItems:"500" doc:"instead of org_id: several companies"`
	Fields
}

// UpdateInput changes one.
type UpdateInput struct {
	Fields
	Active bool `json:"active" doc:"false pauses it: events wait for a day"`
}

// Delivery is an event for one subscription.
type Delivery struct {
	ID         id.ID         `json:"id"`
	WebhookID  id.ID         `json:"webhook_id"`
	EventID    id.ID         `json:"event_id" doc:"the webhook-id of the request, the same at every try"`
	Kind       string        `json:"kind"`
	State      DeliveryState `json:"state" enum:"queued,sending,delivered,failed,dropped"`
	Reason     string        `json:"reason,omitempty"`
	ReasonText string        `json:"reason_text,omitempty"`
	Attempt    int           `json:"attempt"`
	DueAt      when.Instant  `json:"due_at,omitzero" doc:"next try"`
	EndedAt    when.Instant  `json:"ended_at,omitzero"`
	CreatedAt  when.Instant  `json:"created_at"`
	Version    int64         `json:"version"`
}

// DeliveryDetail is a delivery with what is sent and every attempt.
type DeliveryDetail struct {
	Delivery
	Body     string    `json:"body" doc:"as it is sent"`
	Attempts []Attempt `json:"attempts" nullable:"false" doc:"the oldest first"`
}

// Attempt is one try.
type Attempt struct {
	Attempt    int          `db:"attempt" json:"attempt"`
	BeganAt    when.Instant `db:"began_at" json:"began_at"`
	EndedAt    when.Instant `db:"ended_at" json:"ended_at"`
	Status     int          `db:"status" json:"status" doc:"of the answer; 0: none came"`
	Reason     string       `db:"reason" json:"reason,omitempty"`
	ReasonText string       `db:"-" json:"reason_text,omitempty"`
}

// Event is something that happened. Data holds identifiers, numbers and states, nothing
// of a person.
type Event struct {
	OrgID      id.ID
	Kind       string // registered: "case.closed"
	ObjectType string
	ObjectID   id.ID
	Data       any
}

// payload is an event as it is sent.
type payload struct {
	ID         id.ID        `json:"id"`
	Type       string       `json:"type"`
	Timestamp  when.Instant `json:"timestamp"`
	OrgID      id.ID        `json:"org_id"`
	ObjectType string       `json:"object_type,omitempty"`
	ObjectID   id.ID        `json:"object_id,omitzero"`
	Data       any          `json:"data,omitempty"`
}

// keep is how long a delivery is tried.
const keep = 24 * time.Hour

// delays are the pauses before the next attempts; the last one repeats. Together they
// last a day.
var delays = []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour}

func delay(attempt int) time.Duration { return delays[min(max(attempt, 1), len(delays))-1] }

// wants tells whether a subscription is told of a kind.
func wants(kinds []string, kind string) bool {
	module, _, _ := strings.Cut(kind, ".")
	return slices.Contains(kinds, kind) || slices.Contains(kinds, module+".*")
}

// check refuses what no request could go to, and kinds that nobody publishes.
func (in *Fields) check(g outbound.Guard, known []string) error {
	in.Name, in.URL = strings.TrimSpace(in.Name), strings.TrimSpace(in.URL)
	slices.Sort(in.Kinds)
	in.Kinds = slices.Compact(in.Kinds)
	var v fault.Validation
	v.Check(in.Name != "" && !strings.ContainsFunc(in.Name, unicode.IsControl), "name", "required")
	u, err := url.Parse(in.URL)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || u.Scheme != "https" && u.Scheme != "http":
		v.Add("url", "webhook_url")
	case g.Inside(u):
		v.Add("url", "webhook_inside")
	case u.Scheme == "http" && !listed(g, u):
		v.Add("url", "webhook_https")
	}
	v.Check(len(in.Kinds) > 0, "kinds", "required")
	for _, k := range in.Kinds {
		module, star := strings.CutSuffix(k, ".*")
		there := slices.ContainsFunc(known, func(x string) bool { return x == k || star && strings.HasPrefix(x, module+".") })
		v.Check(there, "kinds", "webhook_kind", "kind", k)
	}
	return v.Err()
}

// listed: without TLS only to where an administrator of the machine says so.
func listed(g outbound.Guard, u *url.URL) bool {
	a, err := netip.ParseAddr(u.Hostname())
	return err == nil && g.Listed(a)
}

// secretPrefix begins the secrets of Standard Webhooks.
const secretPrefix = "whsec_"

// Sign is the header webhook-signature of a request: receivers compute it anew from
// webhook-id, webhook-timestamp and the body as it came.
func Sign(secret, eventID string, at time.Time, body []byte) string {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix))
	if err != nil {
		key = []byte(secret)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(eventID + "." + strconv.FormatInt(at.Unix(), 10) + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
