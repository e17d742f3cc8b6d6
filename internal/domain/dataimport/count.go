package dataimport

// count sums what became of the rows, and names those that were not taken.
func (w *work) count() {
	changed := map[int]bool{}
	for _, c := range w.changed {
		changed[c.row] = true
		if c.object == objectAccount {
			w.counts.AccountsUpdated++
		} else {
			w.counts.CustomersUpdated++
		}
	}
	w.counts.Rows = int64(len(w.rows))
	if w.imp.Kind == Contacts {
		w.countContacts()
		return
	}
	for i, c := range w.fates {
		rec := &w.rows[i]
		switch {
		case c.problem != nil:
			w.leaveOut(rec, *c.problem)
			continue
		case c.customer == create:
			w.counts.CustomersCreated++
		case c.account != create && !changed[rec.row]:
			w.counts.Unchanged++
		}
		if c.account == create {
			w.counts.AccountsCreated++
			if rec.meter.AssetNo != "" {
				w.counts.MetersCreated++
			}
		}
		w.accept(i)
	}
}

// countContacts counts rows of contacts: which of them changed their customer is
// known only one by one.
func (w *work) countContacts() {
	fates := map[int]contactFate{}
	for _, f := range w.contacts {
		fates[f.row] = f
	}
	for i, c := range w.fates {
		rec := &w.rows[i]
		f := fates[rec.row]
		switch {
		case c.problem != nil:
			w.leaveOut(rec, *c.problem)
		case f.skipped != "":
			w.leaveOut(rec, *rec.skip("phone", f.skipped).problem)
		default:
			if f.added {
				w.counts.ContactsAdded++
			} else if !f.changed {
				w.counts.Unchanged++
			}
			w.accept(i)
		}
	}
}

func (w *work) accept(i int) {
	w.accepted = append(w.accepted, i)
	w.counts.OpenEnd = w.counts.OpenEnd || w.rows[i].open
}

// leaveOut names every problem of a row that was not taken.
func (w *work) leaveOut(rec *record, first Problem) {
	if first.Skipped {
		w.counts.Skipped++
	} else {
		w.counts.Rejected++
	}
	all := []Problem{first}
	if len(rec.problems) > 0 {
		all = rec.problems
	}
	for _, p := range all {
		p.Row = rec.row
		if p.Column == "" {
			p.Column = w.reader.byField[p.Field].letter
		}
		w.problems = append(w.problems, p)
	}
}
