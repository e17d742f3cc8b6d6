package privacy

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const consentColumns = "id, customer_id, purpose, given, text_version, channel, evidence_id, at, actor_name"

type consentRow struct {
	Consent
	OrgID    id.ID
	OriginID id.ID
	ActorID  id.ID
}

func insertConsent(tx *db.Tx, r consentRow) error {
	_, err := tx.Exec("INSERT INTO consent ("+consentColumns+", org_id, origin_id, actor_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
		r.ID, r.CustomerID, r.Purpose, r.Given, r.TextVersion, r.Channel, r.EvidenceID, r.At, r.ActorName, r.OrgID, r.OriginID, r.ActorID)
	return err
}

func consentByID(tx *db.Tx, org, i id.ID) (c Consent, err error) {
	return c, tx.Get(&c, "SELECT "+consentColumns+" FROM consent WHERE org_id = $1 AND id = $2", org, i)
}

// consentsOf lists what a person gave and withdrew, the newest first.
func consentsOf(tx *db.Tx, p Person) (all []Consent, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", p.OrgID), "customer_id", p.IDs).Text("SELECT "+consentColumns+" FROM consent", "ORDER BY at DESC, id DESC LIMIT 1000")
	return all, tx.Select(&all, text, args...)
}

// lastConsent is what holds of a purpose; the zero one is none.
func lastConsent(tx *db.Tx, p Person, purpose string) (c Consent, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", p.OrgID), "customer_id", p.IDs).Where("purpose = ?", purpose).
		Text("SELECT "+consentColumns+" FROM consent", "ORDER BY at DESC, id DESC LIMIT 1")
	_, err = tx.Find(&c, text, args...)
	return c, err
}

// forgetEvidence cuts consents from attachments that are gone.
func forgetEvidence(tx *db.Tx, org, customer id.ID) error {
	_, err := tx.Exec("UPDATE consent SET evidence_id = NULL WHERE org_id = $1 AND customer_id = $2", org, customer)
	return err
}
