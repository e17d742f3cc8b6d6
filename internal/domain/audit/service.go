package audit

import (
	"cmp"
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// Permissions of the module.
const (
	PermList    = "audit.list"
	PermOpen    = "audit.open" // see what was before and after
	PermExport  = "audit.export"
	PermState   = "audit.state"
	PermVerify  = "audit.verify"
	PermSetRule = "audit.set_rule"
)

// Reach is a caller with one permission and where he holds it.
type Reach struct {
	Actor     Actor
	HomeOrgID id.ID
	Nodes     db.Scope
}

// Guard tells what the caller may do. Package access is later in the order of
// modules and fills it.
type Guard interface {
	// Reach refuses a caller without the permission anywhere.
	Reach(ctx context.Context, permission string) (Reach, error)
}

// Objects knows the things entries are about; app asks the modules that own them.
type Objects interface {
	// NamesTx names objects as the context's caller may see them; unknown ones are
	// missing.
	NamesTx(ctx context.Context, tx *db.Tx, entries []Entry) (map[id.ID]string, error)
	// SubjectTx gives the key of the customer an entry is about; nil when it is
	// about none, or his key was destroyed.
	SubjectTx(tx *db.Tx, e Entry) (*crypt.Subject, error)
}

// Deps are what the service is built from. Actions lists the actions that have
// words, which Text makes.
type Deps struct {
	Log     *Log
	Guard   Guard
	Objects Objects
	Jobs    *job.Queue
	Cursors *page.Signer
	Actions func() []string
	Text    func(lang, key string, params map[string]any) string
}

// Service is what auditors work with.
type Service struct {
	Deps
	db     *db.DB
	window int // entries of a company a page without an index looks at
}

// NewService makes the service.
func NewService(d Deps) *Service { return &Service{d, d.Log.db, maxScanned} }

// ChainState is where the chain of a company stands.
type ChainState struct {
	OrgID        id.ID        `json:"org_id"`
	Sealed       int64        `json:"sealed" doc:"number of the last link"`
	SealedAt     when.Instant `json:"sealed_at,omitzero"`
	Unsealed     int64        `json:"unsealed"`
	UnsealedFrom when.Instant `json:"unsealed_from,omitzero"`
	Head         *Head        `json:"head,omitempty" doc:"the last one"`
	RemovedTo    int64        `json:"removed_to,omitempty" doc:"entries up to this number were removed by the rule"`
	Rule         Rule         `json:"rule"`
}

// State is where the chains stand that the caller may see.
type State struct {
	PublicKey Hex          `json:"public_key"`
	Floor     Floor        `json:"floor"`
	Floors    []Floor      `json:"floors" nullable:"false"`
	Chains    []ChainState `json:"chains" nullable:"false" doc:"of companies that have entries"`
}

// State tells where the chains stand.
func (s *Service) State(ctx context.Context) (st State, err error) {
	who, err := s.Guard.Reach(ctx, PermState)
	if err != nil {
		return State{}, err
	}
	st = State{PublicKey: Hex{}, Floor: floorOn(s.db.Now().Day()), Floors: floors, Chains: []ChainState{}}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		key, err := s.Log.publicKeyTx(tx)
		if err != nil {
			return err
		}
		st.PublicKey = Hex(key)
		if st.Chains, err = chainStates(tx, who.Nodes); err != nil {
			return err
		}
		rules, err := rulesOf(tx, who.Nodes)
		for i := range st.Chains {
			st.Chains[i].Rule.OrgID = st.Chains[i].OrgID
			for _, r := range rules {
				if r.OrgID == st.Chains[i].OrgID {
					st.Chains[i].Rule = r
				}
			}
		}
		return err
	})
	return st, err
}

// SetRule says how long a company keeps its entries. Errors: validation,
// db.ErrNotFound, db.ErrStale.
func (s *Service) SetRule(ctx context.Context, org id.ID, version int64, in RuleInput) (r Rule, err error) {
	who, err := s.Guard.Reach(ctx, PermSetRule)
	if err != nil {
		return Rule{}, err
	}
	if !who.Nodes.Has(org) {
		return Rule{}, db.ErrNotFound
	}
	if err := in.validate(s.db.Now().Day()); err != nil {
		return Rule{}, err
	}
	return r, s.db.Write(ctx, func(tx *db.Tx) error {
		before, err := ruleOf(tx, org)
		if err != nil {
			return err
		}
		r = Rule{OrgID: org, KeepMonths: in.KeepMonths, Version: version + 1, UpdatedAt: tx.Now()}
		if err := putRule(tx, r, version); err != nil {
			return err
		}
		return s.Log.RecordTx(tx, Change{OrgID: org, Actor: who.Actor, Action: PermSetRule, ObjectType: "audit", ObjectID: org, Before: before, After: r})
	})
}

// jobVerify walks the log in the background.
const jobVerify = "audit.verify"

type verifyArgs struct {
	Orgs []id.ID `json:"orgs"`
}

// RegisterJobs registers the module's background work.
func (s *Service) RegisterJobs() { job.Register(s.Jobs, jobVerify, s.verifyJob) }

// StartVerify walks the chains the caller may see in the background.
func (s *Service) StartVerify(ctx context.Context) (made id.ID, err error) {
	who, err := s.Guard.Reach(ctx, PermVerify)
	if err != nil {
		return id.ID{}, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		chains, err := chainStates(tx, who.Nodes)
		if err != nil {
			return err
		}
		args := verifyArgs{Orgs: []id.ID{}}
		for _, c := range chains {
			args.Orgs = append(args.Orgs, c.OrgID)
		}
		if made, err = s.Jobs.InsertTx(tx, who.HomeOrgID, who.Actor.ID, jobVerify, args, job.Options{MaxAttempts: 1}); err != nil {
			return err
		}
		return s.Log.RecordTx(tx, Change{OrgID: who.HomeOrgID, Actor: who.Actor, Action: PermVerify, ObjectType: "job", ObjectID: made})
	})
	s.Jobs.Wake()
	return made, err
}

// stepEvery is how often a verification reports.
const stepEvery = 10 * walkPage

func (s *Service) verifyJob(ctx context.Context, run *job.Run, args verifyArgs) error {
	if len(args.Orgs) == 0 { // none would mean all
		return s.db.Write(ctx, func(tx *db.Tx) error { return run.ResultTx(tx, newReport(tx.Now())) })
	}
	var total, told int64
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { total, err = countLinks(tx, db.ScopeOf(args.Orgs...)); return err })
	if err != nil {
		return err
	}
	step := func(ctx context.Context, walked int64) error {
		if walked-told < stepEvery {
			return nil
		}
		told = walked
		return s.db.Write(ctx, func(tx *db.Tx) error {
			return run.StepTx(tx, job.Step{Progress: walked, Total: max(total, walked), Note: "audit.verifying"})
		})
	}
	report, err := s.Log.Verify(ctx, VerifyInput{Orgs: args.Orgs, Progress: step})
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := run.StepTx(tx, job.Step{Progress: report.Entries, Total: cmp.Or(report.Entries, 1), Note: ""}); err != nil {
			return err
		}
		return run.ResultTx(tx, report)
	})
}
