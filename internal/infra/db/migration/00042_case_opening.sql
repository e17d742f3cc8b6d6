-- +goose Up
-- A customer may be open in some of his fields alone, and on a basis that has a number
-- people know it by: an open case.
ALTER TABLE customer_opening ADD COLUMN fields text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE customer_opening ADD COLUMN basis_no text COLLATE "C" NOT NULL DEFAULT '';

-- Cases that are in somebody's hands: from now on he sees their customer.
INSERT INTO customer_opening (org_id, user_id, basis_id, customer_id, basis_type, sensitive, from_at, until_at, known_at, fields, basis_no)
	SELECT org_id, owner_id, id, customer_id, 'case', false, updated_at, 253370736000000000, 0, 'address contact_person customer_name phone', case_no FROM feedback_case
	WHERE ended_at = 0 AND owner_id IS NOT NULL AND customer_id IS NOT NULL AND unit_id IS NOT NULL AND (registrar_id IS NULL OR registrar_id <> owner_id);

-- Who opened customers for himself by cases he took in or turned to them.
CREATE INDEX feedback_event_own ON feedback_event (org_id, actor_id, at) WHERE kind = 'open_own';
