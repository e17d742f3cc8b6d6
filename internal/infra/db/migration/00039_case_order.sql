-- +goose Up
-- What a list of cases is sorted and counted by, so that no page reads a company's
-- cases from the first to the last. Counts are of open cases and read the index alone.
DROP INDEX feedback_case_of_lead;
CREATE INDEX feedback_case_of_lead ON feedback_case (org_id, lead_id, id) WHERE lead_id IS NOT NULL;
CREATE INDEX feedback_case_by_updated ON feedback_case (org_id, updated_at, id);
CREATE INDEX feedback_case_of_type ON feedback_case (org_id, type, received_at, id);
CREATE INDEX feedback_case_open ON feedback_case (org_id, state, owner_id, unit_id) WHERE ended_at = 0;
