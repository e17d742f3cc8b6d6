package feedback

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// stepRoutes registers the steps that move a case.
func (s *Service) stepRoutes(a *rest.API) {
	op := func(action Action, summary string) rest.Op {
		return rest.Op{ID: "feedback." + string(action), Method: "POST", Path: oneCase + "/" + string(action), Summary: summary}
	}
	rest.Register(a, op(Dispatch, "Send a registered case to the unit that has to solve it"), step(s.Dispatch))
	rest.Register(a, op(Accept, "Take a dispatched case on"), bare(s.Accept))
	rest.Register(a, op(Assign, "Give a case to one of the people"), step(s.Assign))
	rest.Register(a, op(Transfer, "Hand a case to another unit"), step(s.Transfer))
	rest.Register(a, op(Return, "Send a case back to who dispatches"), step(s.Return))
	rest.Register(a, op(Pause, "Stop the clock, with a reason and what proves it"), step(s.Pause))
	rest.Register(a, op(Resume, "Let the clock go on"), bare(s.Resume))
	rest.Register(a, op(Progress, "The customer was contacted, the crew arrived, supply was restored"), step(s.Progress))
	rest.Register(a, op(Resolve, "End the work on a case with an answer"), step(s.Resolve))
	rest.Register(a, op(Judge, "Put the customer's verdict down"), step(s.Verdict))
	rest.Register(a, op(Close, "End a resolved case without a verdict"), step(s.Close))
	rest.Register(a, op(Reopen, "Open a case again for another owner"), step(s.Reopen))
	rest.Register(a, op(Withdraw, "End a case the customer takes back"), step(s.Withdraw))
	rest.Register(a, op(Join, "Put a case into a leading one about the same"), step(s.Join))
	rest.Register(a, op(Split, "Make a case of a part of another"), step(s.Split))
	rest.Register(a, rest.Op{ID: "feedback.bulk", Method: "POST", Path: allCases + "/bulk", Summary: "Take one step with many cases, each by itself"}, s.apiBulk)
}

type bulkRequest struct {
	Body BulkInput
}

func (s *Service) apiBulk(ctx context.Context, in *bulkRequest) (*rest.Body[BulkResult], error) {
	r, err := s.Bulk(ctx, in.Body)
	return &rest.Body[BulkResult]{Body: r}, err
}

// step is the handler of a step that takes an input.
func step[I any](take func(ctx context.Context, i id.ID, version int64, in I) (Detail, error)) func(context.Context, *rest.ChangeRequest[I]) (*rest.Reply[Detail], error) {
	return rest.Change(take, func(d Detail) int64 { return d.Version })
}

// bare is the handler of a step that takes none.
func bare(take func(ctx context.Context, i id.ID, version int64) (Detail, error)) func(context.Context, *Changed) (*rest.Reply[Detail], error) {
	return func(ctx context.Context, in *Changed) (*rest.Reply[Detail], error) {
		return in.with(func(version int64) (Detail, error) { return take(ctx, in.ID, version) })
	}
}
