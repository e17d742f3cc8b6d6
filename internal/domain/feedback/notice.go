package feedback

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

//go:embed rule/notice.json
var noticeFile []byte

// shippedNotices are those of a company that has not set its own: a copy for each who asks.
func shippedNotices() Notices { return mustRead[Notices](noticeFile) }

// Notices say what the customers of a company are told by message when their cases move.
type Notices struct {
	Enabled        bool         `json:"enabled"`
	Rules          []NoticeRule `json:"rules" nullable:"false" maxItems:"20"`
	SilentChannels []string     `json:"silent_channels" nullable:"false" maxItems:"12" enum:"phone,hall,web,sms,wechat,letter,leader_day,press,h12345,h12398,visit,other" doc:"whose callers are told nothing"`
	QuietFrom      string       `json:"quiet_from,omitempty" maxLength:"5" doc:"HH:MM; what falls between waits until quiet_to; absent: nothing waits"`
	QuietTo        string       `json:"quiet_to,omitempty" maxLength:"5"`
}

// NoticeRule says by which template one kind of move is told.
type NoticeRule struct {
	On       string `json:"on" enum:"create,accept,transfer,contacted,arrived,restored,pause,resume,resolve,reopen,withdraw,join"`
	Template string `json:"template" enum:"case.accepted,case.progress,case.solved"`
	AnyHour  bool   `json:"any_hour" doc:"told in the quiet hours, too"`
}

// noticeSolved is the template that asks for the verdict.
const noticeSolved = "case.solved"

var (
	// noticeMoves are the moves that can be told: steps, and what progress reached.
	noticeMoves = []string{string(Create), string(Accept), string(Transfer), "contacted", "arrived", "restored", string(Pause), string(Resume), string(Resolve), string(Reopen), string(Withdraw), string(Join)}
	// noticeTemplates are those whose variables a case fills in.
	noticeTemplates = []string{"case.accepted", "case.progress", noticeSolved}

	clockTime = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
)

// check refuses rules that could not be followed.
func (n Notices) check() error {
	var v fault.Validation
	seen := map[string]bool{}
	for i, r := range n.Rules {
		at := fmt.Sprintf("rules[%d].", i)
		v.Check(slices.Contains(noticeMoves, r.On), at+"on", "not_allowed", "allowed", strings.Join(noticeMoves, ", "))
		v.Check(slices.Contains(noticeTemplates, r.Template), at+"template", "not_allowed", "allowed", strings.Join(noticeTemplates, ", "))
		v.Check(!seen[r.On], at+"on", "twice")
		seen[r.On] = true
	}
	if n.QuietFrom != "" || n.QuietTo != "" {
		v.Check(clockTime.MatchString(n.QuietFrom), "quiet_from", "wrong_format")
		v.Check(clockTime.MatchString(n.QuietTo), "quiet_to", "wrong_format")
		v.Check(n.QuietFrom != n.QuietTo, "quiet_to", "twice")
	}
	return v.Err()
}

// Why a customer is told nothing by message.
const (
	silentDisabled  = "disabled" // the company tells nobody
	silentQuiet     = "quiet"    // it was switched off for the case
	silentAnonymous = "anonymous"
	silentSecret    = "secret"
	silentChannel   = "channel"
	silentNoPhone   = "no_phone"
	silentNoGateway = "no_gateway"
)

// silence tells why nothing is told of a case; "" where something is.
func (n Notices) silence(c Case) string {
	switch {
	case !n.Enabled:
		return silentDisabled
	case c.Anonymous:
		return silentAnonymous
	case c.Secret:
		return silentSecret
	case slices.Contains(n.SilentChannels, c.Channel):
		return silentChannel
	case c.Quiet:
		return silentQuiet
	}
	return ""
}

// moveOf is the move an event is.
func (e event) moveOf() string {
	if e.Kind == string(Progress) {
		return e.Params.Milestone
	}
	return e.Kind
}

// pick finds what is told of what happened at once: the last move that has a rule.
func (n Notices) pick(happened []event) (r NoticeRule, e event, ok bool) {
	for _, e := range slices.Backward(happened) {
		if i := slices.IndexFunc(n.Rules, func(r NoticeRule) bool { return r.On == e.moveOf() }); i >= 0 {
			return n.Rules[i], e, true
		}
	}
	return r, e, false
}

// opens is when a message may leave that is ready now: at once, or after the quiet hours.
func (n Notices) opens(r NoticeRule, now when.Instant) when.Instant {
	local := now.Time()
	clock := local.Format("15:04")
	within := n.QuietFrom <= clock && clock < n.QuietTo
	if n.QuietFrom > n.QuietTo { // over midnight
		within = n.QuietFrom <= clock || clock < n.QuietTo
	}
	if r.AnyHour || n.QuietFrom == "" || !within {
		return now
	}
	end, err := time.ParseInLocation("2006-01-02 15:04", local.Format("2006-01-02 ")+n.QuietTo, local.Location())
	if err != nil {
		return now // check refuses it
	}
	if clock >= n.QuietTo {
		end = end.AddDate(0, 0, 1)
	}
	return when.At(end)
}
