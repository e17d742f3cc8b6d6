-- +goose Up
-- What a module ends when its reason is gone, whoever the assignees are.
CREATE INDEX task_about ON task (org_id, object_id, kind);
