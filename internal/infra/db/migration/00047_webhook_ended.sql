-- +goose Up
-- Deliveries that have ended are forgotten after a time.
CREATE INDEX webhook_delivery_ended ON webhook_delivery (ended_at) WHERE ended_at > 0;
