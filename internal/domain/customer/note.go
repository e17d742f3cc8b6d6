package customer

import (
	"context"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Note is a remark about a customer. The text of a confidential one is shown
// only to callers who see the customer whole.
type Note struct {
	ID           id.ID        `json:"id"`
	CustomerID   id.ID        `json:"customer_id"`
	At           when.Instant `json:"at"`
	AuthorID     id.ID        `json:"author_id,omitzero"`
	AuthorName   string       `json:"author_name"`
	Confidential bool         `json:"confidential"`
	Hidden       bool         `json:"hidden" doc:"the caller may not read the text"`
	Text         string       `json:"text"`
	Version      int64        `json:"version"`
}

// NoteInput is what a note says.
type NoteInput struct {
	Text         string  `json:"text" minLength:"1" maxLength:"5000"`
	Confidential bool    `json:"confidential,omitempty"`
	Mentions     []id.ID `json:"mentions,omitempty" maxItems:"20" doc:"who finds a new note in his tasks"`
}

func (in NoteInput) validate() error {
	var v fault.Validation
	v.Check(strings.TrimSpace(in.Text) != "", "text", "required")
	return v.Err()
}

func notePlace(note id.ID) crypt.Place {
	return crypt.Place{Table: "customer_note", Column: "body", ID: note}
}

// Notes lists a customer's notes, the newest first.
func (s *Service) Notes(ctx context.Context, customer id.ID, p Page) (notes []Note, next string, err error) {
	sight := SightOf(ctx)
	return partList[noteRow, Note]{"notes", selectOf(noteColumns, "customer_note"), new(db.Query), func(tx *db.Tx, o owner, rows []noteRow) ([]Note, error) {
		return openNotes(tx, o, sight, rows)
	}}.read(ctx, s, customer, p)
}

func openNotes(tx *db.Tx, o owner, sight Sight, rows []noteRow) ([]Note, error) {
	return openAll(tx, o, rows, func(r noteRow, subject *crypt.Subject) (Note, error) {
		n, err := r.note(subject, !r.Confidential || sight.Sees(o.OrgID, o.ID, FieldNote))
		n.Text = sight.Text(o.OrgID, o.ID, r.AuthorID, n.Text)
		return n, err
	})
}

func (r noteRow) note(subject *crypt.Subject, plain bool) (n Note, err error) {
	n = Note{ID: r.ID, CustomerID: r.CustomerID, At: r.At, AuthorID: r.AuthorID, AuthorName: r.AuthorName, Confidential: r.Confidential, Version: r.Version}
	if n.Hidden = !plain; n.Hidden {
		return n, nil
	}
	n.Text, err = subject.Open(notePlace(r.ID), r.Body)
	return n, err
}

// AddNote writes a note. Errors: validation, ErrMention, db.ErrNotFound, ErrMerged.
func (s *Service) AddNote(ctx context.Context, key string, customer id.ID, in NoteInput) (n Note, err error) {
	who, err := access.Allow(ctx, PermNote)
	if err != nil {
		return Note{}, err
	}
	if err := in.validate(); err != nil {
		return Note{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.writeOwnerTx(tx, who.Scope, customer)
		if err != nil {
			return err
		}
		made, _, err := tx.Once(onceOf(who, o, PermNote, key, in), func() (id.ID, error) { return s.addNoteTx(tx, who, o, in) })
		if err != nil {
			return err
		}
		n, err = noteTx(tx, o, made)
		return err
	})
	return n, err
}

func (s *Service) addNoteTx(tx *db.Tx, who access.Who, o owner, in NoteInput) (id.ID, error) {
	r := newNote(tx, o, tx.Now(), who.Actor(), in)
	if err := insertNote(tx, r); err != nil {
		return id.ID{}, err
	}
	if err := s.TimelineTx(tx, r.event()); err != nil {
		return id.ID{}, err
	}
	if err := s.mentionTx(tx, who, o, in.Mentions); err != nil {
		return id.ID{}, err
	}
	return r.ID, s.recordPartTx(tx, who, o, PermNote, "note", nil, in)
}

func newNote(tx *db.Tx, o owner, at when.Instant, by audit.Actor, in NoteInput) noteRow {
	r := noteRow{OrgID: o.OrgID, ID: tx.NewID(), CustomerID: o.ID, OriginID: o.ID, At: at, AuthorID: by.ID, AuthorName: by.Name,
		Confidential: in.Confidential, Version: 1}
	r.Body = o.subject.Seal(notePlace(r.ID), in.Text)
	return r
}

func (r noteRow) event() Entry {
	return Entry{OrgID: r.OrgID, CustomerID: r.CustomerID, At: r.At, Kind: "customer.noted", Actor: audit.Actor{ID: r.AuthorID, Name: r.AuthorName},
		SourceType: "note", SourceID: r.ID}
}

func noteTx(tx *db.Tx, o owner, note id.ID) (Note, error) {
	r, err := noteByID(tx, o, note)
	if err != nil {
		return Note{}, err
	}
	notes, err := openNotes(tx, o, everything(o.OrgID), []noteRow{r})
	if err != nil {
		return Note{}, err
	}
	return notes[0], nil
}

// EditNote changes one's own note, RemoveNote takes it away. Errors: db.ErrStale,
// ErrNotAuthor, as of AddNote.
func (s *Service) EditNote(ctx context.Context, customer, note id.ID, version int64, in NoteInput) (n Note, err error) {
	if err := in.validate(); err != nil {
		return Note{}, err
	}
	err = s.changeNote(ctx, customer, note, version, func(tx *db.Tx, who access.Who, o owner, r noteRow, before Note) error {
		subjects, err := o.subjectsTx(tx, []id.ID{r.OriginID})
		if err != nil {
			return err
		}
		r.Confidential, r.Body = in.Confidential, subjects[r.OriginID].Seal(notePlace(r.ID), in.Text)
		if err := updateNote(tx, r, version); err != nil {
			return err
		}
		if n, err = noteTx(tx, o, note); err != nil {
			return err
		}
		return s.recordPartTx(tx, who, o, opEditNote, "note", before, n)
	})
	return n, err
}

// RemoveNote takes one's own note away; the audit log keeps it.
func (s *Service) RemoveNote(ctx context.Context, customer, note id.ID, version int64) error {
	return s.changeNote(ctx, customer, note, version, func(tx *db.Tx, who access.Who, o owner, r noteRow, before Note) error {
		if err := deletePart(tx, "customer_note", o, note, version); err != nil {
			return err
		}
		return s.recordPartTx(tx, who, o, opRemoveNote, "note", before, nil)
	})
}

func (s *Service) changeNote(ctx context.Context, customer, note id.ID, version int64,
	fn func(tx *db.Tx, who access.Who, o owner, r noteRow, before Note) error) error {
	who, err := access.Allow(ctx, PermNote)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.writeOwnerTx(tx, who.Scope, customer)
		if err != nil {
			return err
		}
		r, err := noteByID(tx, o, note)
		if err != nil {
			return err
		}
		if r.AuthorID != who.UserID {
			return ErrNotAuthor
		}
		if r.Version != version {
			return db.ErrStale
		}
		before, err := noteTx(tx, o, note)
		if err != nil {
			return err
		}
		return fn(tx, who, o, r, before)
	})
}
