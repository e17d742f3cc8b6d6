package customer

import (
	"cmp"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// kindCourse is the task of telling the course of a visit.
const kindCourse = "customer.tell_course"

// visitLasts is when a visitor whose leaving nobody noted is taken to have left:
// the log is to be filled in as soon as he has (003).
const visitLasts = time.Hour

// remindTx puts a visit without its course into the receiver's inbox.
func (s *Service) remindTx(tx *db.Tx, r receptionRow) error {
	if r.CourseAt != 0 {
		return nil
	}
	n := task.New{OrgID: r.OrgID, Kind: kindCourse, AssigneeID: r.ReceiverID, ObjectType: "reception", ObjectID: r.ID}
	n.Params = map[string]any{"at": r.ArrivedAt.Time().In(when.Zone).Format("01-02 15:04")}
	n.DueAt = cmp.Or(r.LeftAt, r.ArrivedAt.Add(visitLasts))
	_, err := s.Tasks.CreateTx(tx, r.ReceiverID, n)
	return err
}

// remindedTx takes a visit whose course is told out of the inbox.
func (s *Service) remindedTx(tx *db.Tx, r receptionRow) error {
	if r.CourseAt == 0 {
		return nil
	}
	return s.Tasks.FinishTx(tx, task.New{OrgID: r.OrgID, Kind: kindCourse, AssigneeID: r.ReceiverID, ObjectType: "reception", ObjectID: r.ID})
}
