-- +goose Up
-- Articles of the knowledge base. content is the working copy, card what lists show of
-- the version that readers see, or of the working copy before there is one; both JSON.
-- org_id is a county company, or an organisation above whose articles all below read.
CREATE TABLE article (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	state text COLLATE "C" NOT NULL,
	live boolean NOT NULL,
	published_no bigint NOT NULL,
	category text COLLATE "C" NOT NULL,
	contact_point text COLLATE "C" NOT NULL,
	audience text COLLATE "C" NOT NULL,
	folded text NOT NULL,
	card text NOT NULL,
	content text NOT NULL,
	authors text NOT NULL,
	note text NOT NULL,
	answer text NOT NULL,
	created_by uuid,
	author_id uuid,
	author_name text NOT NULL,
	owner_id uuid,
	review_on text COLLATE "C" NOT NULL,
	review_told boolean NOT NULL,
	useful bigint NOT NULL,
	votes bigint NOT NULL,
	source_kind text COLLATE "C" NOT NULL,
	source_ref text COLLATE "C" NOT NULL,
	published_at bigint NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX article_updated ON article (org_id, updated_at, id);
CREATE INDEX article_review ON article (org_id, review_on, id);
CREATE INDEX article_source ON article (org_id, source_kind, source_ref);

-- What was published, as it was.
CREATE TABLE article_version (
	org_id uuid NOT NULL,
	article_id uuid NOT NULL,
	no bigint NOT NULL,
	content text NOT NULL,
	note text NOT NULL,
	author_name text NOT NULL,
	publisher_id uuid,
	publisher_name text NOT NULL,
	published_at bigint NOT NULL,
	PRIMARY KEY (org_id, article_id, no)
);

-- Whether a version was of use to somebody.
CREATE TABLE article_vote (
	org_id uuid NOT NULL,
	article_id uuid NOT NULL,
	no bigint NOT NULL,
	user_id uuid NOT NULL,
	useful boolean NOT NULL,
	at bigint NOT NULL,
	PRIMARY KEY (org_id, article_id, no, user_id)
);

-- The words by which articles are suggested for a text. The weight stands in the key so
-- that it is read from the index alone.
CREATE TABLE article_term (
	org_id uuid NOT NULL,
	term text COLLATE "C" NOT NULL,
	article_id uuid NOT NULL,
	weight bigint NOT NULL,
	PRIMARY KEY (org_id, term, article_id, weight)
);
CREATE INDEX article_term_article ON article_term (org_id, article_id);

-- What was looked for and not found. The words are sealed: people type names too.
CREATE TABLE article_miss (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	words_key bytea NOT NULL,
	words bytea NOT NULL,
	times bigint NOT NULL,
	last_at bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX article_miss_words ON article_miss (org_id, words_key);

-- Standard answers with variables.
CREATE TABLE snippet (
	org_id uuid NOT NULL,
	id uuid NOT NULL,
	contact_point text COLLATE "C" NOT NULL,
	folded text NOT NULL,
	body text NOT NULL,
	active boolean NOT NULL,
	author_name text NOT NULL,
	source_ref text COLLATE "C" NOT NULL,
	updated_at bigint NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (org_id, id)
);
CREATE INDEX snippet_point ON snippet (org_id, contact_point, id);
