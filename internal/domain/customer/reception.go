package customer

import (
	"strings"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
)

// Reception is a visitor in the register (A8), kept by the person who received
// him. It is sealed by the company's own key; name, phone and the like are shown
// whole to the receiver and to callers who see the visitor's data whole.
type Reception struct {
	ID           id.ID        `json:"id"`
	OrgID        id.ID        `json:"org_id"`
	ReceiverID   id.ID        `json:"receiver_id"`
	ReceiverName string       `json:"receiver_name"`
	ArrivedAt    when.Instant `json:"arrived_at"`
	LeftAt       when.Instant `json:"left_at,omitzero"`
	CourseAt     when.Instant `json:"course_at,omitzero" doc:"when the course of the visit was filled in; absent: still to be done"`
	CustomerID   id.ID        `json:"customer_id,omitzero" doc:"the customer he is or became"`
	ReceptionBody
	Masked    bool         `json:"masked"`
	Version   int64        `json:"version"`
	CreatedAt when.Instant `json:"created_at"`
}

// ReceptionBody is the sealed part.
type ReceptionBody struct {
	Name        string `json:"name" maxLength:"100"`
	Phone       string `json:"phone,omitempty" maxLength:"40"`
	Looks       string `json:"looks,omitempty" maxLength:"500" doc:"by what one knows him again"`
	Employer    string `json:"employer,omitempty" maxLength:"100"`
	HomeAddress string `json:"home_address,omitempty" maxLength:"200"`
	Intention   string `json:"intention,omitempty" maxLength:"500"`
	Course      string `json:"course,omitempty" maxLength:"5000" doc:"course of the visit, filled in as soon as the visitor has left"`
}

// ReceptionInput registers a visitor or changes what is known of him.
type ReceptionInput struct {
	OrgID     id.ID        `json:"org_id,omitzero" doc:"company; needed by callers of several"`
	ArrivedAt when.Instant `json:"arrived_at,omitzero" doc:"now when absent"`
	LeftAt    when.Instant `json:"left_at,omitzero"`
	ReceptionBody
}

// ReceptionDetail is a visitor with his log, earlier visits by the same phone and
// the customers he may be.
type ReceptionDetail struct {
	Reception
	Log       []LogEntry  `json:"log" nullable:"false"`
	Earlier   []Reception `json:"earlier" nullable:"false"`
	Customers []Ref       `json:"customers" nullable:"false" doc:"customers with the same phone"`
}

// LogEntry is a later contact with a visitor, in the receiver's personal log 见客日志.
type LogEntry struct {
	ID          id.ID        `json:"id"`
	ReceptionID id.ID        `json:"reception_id"`
	At          when.Instant `json:"at"`
	Mode        Mode         `json:"mode"`
	AuthorID    id.ID        `json:"author_id"`
	AuthorName  string       `json:"author_name"`
	Visitor     string       `json:"visitor,omitempty" doc:"his name, in a personal log"`
	Text        string       `json:"text"`
	Masked      bool         `json:"masked"`
	CreatedAt   when.Instant `json:"created_at"`
}

// LogInput records a later contact: a repeat visit, a call, an SMS.
type LogInput struct {
	At   when.Instant `json:"at,omitzero" doc:"now when absent"`
	Mode Mode         `json:"mode" enum:"visit,counter,call,sms,wechat,mail,meeting,other"`
	Text string       `json:"text" minLength:"1" maxLength:"5000"`
}

// LogCheck is a supervisor's check of one person's log.
type LogCheck struct {
	ID          id.ID        `json:"id"`
	ReceiverID  id.ID        `json:"receiver_id"`
	ThroughAt   when.Instant `json:"through_at" doc:"what was written until then was checked"`
	CheckedAt   when.Instant `json:"checked_at"`
	CheckedName string       `json:"checked_name"`
	Remark      string       `json:"remark,omitempty"`
}

// CheckInput checks a person's log as it is now.
type CheckInput struct {
	OrgID      id.ID  `json:"org_id,omitzero" doc:"company; needed by callers of several"`
	ReceiverID id.ID  `json:"receiver_id"`
	Remark     string `json:"remark,omitempty" maxLength:"2000"`
}

// The supervisor checks every one or two weeks (003): a log is due after one, and
// overdue after two.
const (
	checkDueAfter     = 7 * 24 * time.Hour
	checkOverdueAfter = 14 * 24 * time.Hour
)

// CheckState is how a person's log stands with its supervisor.
type CheckState struct {
	OrgID        id.ID        `json:"org_id"`
	ReceiverID   id.ID        `json:"receiver_id"`
	ReceiverName string       `json:"receiver_name"`
	Unchecked    int64        `json:"unchecked" doc:"visits and contacts since the last check"`
	Unfilled     int64        `json:"unfilled" doc:"visits whose course is not filled in"`
	OldestAt     when.Instant `json:"oldest_at" doc:"of what is not checked"`
	CheckedAt    when.Instant `json:"checked_at,omitzero" doc:"the last check"`
	Due          bool         `json:"due"`
	Overdue      bool         `json:"overdue"`
}

// judge tells whether a check is due: the time runs from the oldest unchecked
// entry, or from the last check when that is later.
func (c *CheckState) judge(now when.Instant) {
	from := max(c.OldestAt, c.CheckedAt)
	c.Due = from.Add(checkDueAfter) <= now
	c.Overdue = from.Add(checkOverdueAfter) <= now
}

func (in ReceptionInput) validate(now when.Instant) (phone cn.Phone, err error) {
	var v fault.Validation
	v.Check(strings.TrimSpace(in.Name) != "", "name", "required")
	v.Check(!strings.ContainsRune(in.Name, '*'), "name", "masked")
	v.Check(in.ArrivedAt <= now, "arrived_at", "in_future")
	v.Check(in.LeftAt <= now, "left_at", "in_future")
	v.Check(in.LeftAt == 0 || in.LeftAt >= in.ArrivedAt, "left_at", "before_arrival")
	if in.Phone != "" {
		if phone, err = cn.ParsePhone(in.Phone, ""); err != nil {
			addNumber(&v, "phone", err)
		}
	}
	return phone, v.Err()
}

func (r Reception) masked() Reception {
	r.Masked = true
	r.Name = cn.MaskName(r.Name, cn.PersonName)
	if r.Phone != "" {
		r.Phone = cn.MaskPhone(r.Phone)
	}
	r.Looks, r.Employer = maskText(r.Looks), maskText(r.Employer)
	if r.HomeAddress != "" {
		r.HomeAddress = cn.MaskAddress(r.HomeAddress)
	}
	r.Course = maskText(r.Course)
	return r
}

func receptionPlace(i id.ID) crypt.Place {
	return crypt.Place{Table: "reception", Column: "body", ID: i}
}
func logPlace(i id.ID) crypt.Place { return crypt.Place{Table: "reception_log", Column: "body", ID: i} }
func remarkPlace(i id.ID) crypt.Place {
	return crypt.Place{Table: "reception_check", Column: "remark", ID: i}
}
