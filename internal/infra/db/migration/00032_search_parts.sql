-- +goose Up
-- Two parts of the index of about the same size are joined when it is tidied;
-- otherwise four are, and every search looks into each.
-- only sqlite
INSERT INTO search_token (search_token, rank) VALUES ('usermerge', 2);
-- end
