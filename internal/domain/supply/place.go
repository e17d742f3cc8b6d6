package supply

import (
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// places are the districts and lines that records name.
type places struct {
	districts map[id.ID]District
	lines     map[id.ID]Line
}

func placesOf(tx *db.Tx, org id.ID, districtIDs, lineIDs []id.ID) (p places, err error) {
	if p.districts, err = byID(districts.some(tx, org, distinct(districtIDs))); err != nil {
		return p, err
	}
	p.lines, err = byID(lines.some(tx, org, distinct(lineIDs)))
	return p, err
}

// heldPlaces are places that stay as they are until the transaction ends: what
// takes over its line from a district is not overtaken by the district's transfer.
func heldPlaces(tx *db.Tx, org id.ID, districtIDs, lineIDs []id.ID) (places, error) {
	if err := districts.hold(tx, tx.Dialect().ForShare(), org, distinct(districtIDs)); err != nil {
		return places{}, err
	}
	return placesOf(tx, org, districtIDs, lineIDs)
}

// fill makes the line that of the district, where one is named, and refuses
// unknown ones.
func (p places) fill(v *fault.Validation, prefix string, districtID id.ID, lineID *id.ID) {
	if !districtID.IsZero() {
		d, known := p.districts[districtID]
		v.Check(known, prefix+"district_id", "unknown_reference")
		*lineID = d.LineID
		return
	}
	if !lineID.IsZero() {
		_, known := p.lines[*lineID]
		v.Check(known, prefix+"line_id", "unknown_reference")
	}
}

// byID indexes the outcome of a read.
func byID[R any, P recordOf[R]](records []R, err error) (map[id.ID]R, error) {
	m := make(map[id.ID]R, len(records))
	for i := range records {
		m[P(&records[i]).head().ID] = records[i]
	}
	return m, err
}

// distinct drops zero and repeated identifiers.
func distinct(ids []id.ID) []id.ID {
	seen := make(map[id.ID]bool, len(ids))
	kept := make([]id.ID, 0, len(ids))
	for _, i := range ids {
		if !i.IsZero() && !seen[i] {
			seen[i] = true
			kept = append(kept, i)
		}
	}
	return kept
}

// pick gives one identifier of each record.
func pick[R any](records []R, which func(*R) id.ID) []id.ID {
	ids := make([]id.ID, len(records))
	for i := range records {
		ids[i] = which(&records[i])
	}
	return ids
}
