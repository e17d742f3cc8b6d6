package search

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Doc is what can be found of one object.
type Doc struct {
	OrgID    id.ID
	Index    string // searched apart: "customer", "network"
	Kind     string // "customer", "line", …
	ObjectID id.ID
	Title    string // as shown
	Subtitle string
	Hint     string // a number that tells it from others of the same title
	Folded   string // title, line feed, whatever else fragments are looked for in; all folded
	Pinyin   string // of the title, without blanks
	Initials string
	Grams    []string // pieces of Folded
	Exact    []string // numbers and blind indexes, found whole
}

// buckets is how many parts the grams of a company are split into on PostgreSQL:
// the first holds one document of 512, the first two one of 128, the first three
// one of 32, …, the first five one of two.
const buckets = 6

func bucketOf(object id.ID) byte {
	zeros := bits.TrailingZeros16(binary.BigEndian.Uint16(object[14:]))
	return buckets - 1 - byte(min((zeros+1)/2, buckets-1))
}

// hash makes the token's place in the index: a company's tokens stand apart, and
// those of each index and bucket. Exact tokens are rare and need no bucket.
func hash(org id.ID, index string, bucket byte, token string) int64 {
	d := xxhash.New()
	d.Write(org[:])
	d.WriteString(index)
	d.Write([]byte{0, bucket})
	d.WriteString(token)
	return int64(d.Sum64())
}

const unbucketed = 255

func (doc Doc) hashes(dialect db.Dialect) []int64 {
	bucket := gramBucket(dialect, bucketOf(doc.ObjectID))
	all := make([]int64, 0, len(doc.Grams)+len(doc.Exact))
	for _, g := range doc.Grams {
		all = append(all, hash(doc.OrgID, doc.Index, bucket, g))
	}
	for _, e := range doc.Exact {
		all = append(all, hash(doc.OrgID, doc.Index, unbucketed, e))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func gramBucket(dialect db.Dialect, bucket byte) byte {
	if dialect == db.SQLite {
		return 0
	}
	return bucket
}

// word is how FTS5 spells a hash.
func word(h int64) string { return strconv.FormatUint(uint64(h), 36) }

func words(hashes []int64) string {
	var b strings.Builder
	for i, h := range hashes {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word(h))
	}
	return b.String()
}

const docColumns = "org_id, index_name, kind, object_id, title, subtitle, hint, folded, pinyin, initials"

func (doc Doc) values() []any {
	return []any{doc.OrgID, doc.Index, doc.Kind, doc.ObjectID, doc.Title, doc.Subtitle, doc.Hint, doc.Folded, doc.Pinyin, doc.Initials}
}

// PutTx makes the documents findable, in place of earlier ones of the objects.
func PutTx(tx *db.Tx, docs ...Doc) error {
	for _, doc := range docs {
		if err := RemoveTx(tx, doc.OrgID, doc.Kind, doc.ObjectID); err != nil {
			return err
		}
	}
	return AddTx(tx, docs)
}

// RemoveTx makes an object unfindable; it need not be there.
func RemoveTx(tx *db.Tx, org id.ID, kind string, object id.ID) error {
	if tx.Dialect() == db.SQLite {
		if _, err := tx.Exec(`DELETE FROM search_token WHERE rowid IN
			(SELECT doc_no FROM search_doc WHERE org_id = $1 AND object_id = $2 AND kind = $3)`, org, object, kind); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`DELETE FROM search_doc WHERE org_id = $1 AND object_id = $2 AND kind = $3`, org, object, kind)
	return err
}

// AddTx is PutTx for objects that have no document yet.
func AddTx(tx *db.Tx, docs []Doc) error {
	if tx.Dialect() == db.SQLite {
		return addSQLite(tx, docs)
	}
	return tx.Add(db.Bulk{Table: "search_doc", Columns: strings.Split(docColumns+", tokens", ", "), Len: len(docs),
		Row: func(i int) []any { return append(docs[i].values(), docs[i].hashes(db.PostgreSQL)) }})
}

// addSQLite numbers the documents itself: there is one writer.
func addSQLite(tx *db.Tx, docs []Doc) error {
	var last int64
	if err := tx.Get(&last, `SELECT coalesce(max(doc_no), 0) FROM search_doc`); err != nil {
		return err
	}
	for i, doc := range docs {
		no := last + 1 + int64(i)
		if _, err := tx.Exec(`INSERT INTO search_doc (doc_no, `+docColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			append([]any{no}, doc.values()...)...); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO search_token (rowid, tokens) VALUES (?, ?)`, no, words(doc.hashes(db.SQLite))); err != nil {
			return err
		}
	}
	return nil
}

// SettleTx brings the index into its fastest shape after much was added. It
// reads and writes all of it: some seconds for a million documents.
func SettleTx(tx *db.Tx) error {
	text := `INSERT INTO search_token (search_token) VALUES ('optimize')`
	if tx.Dialect() == db.PostgreSQL {
		text = `SELECT gin_clean_pending_list('search_doc_tokens')`
	}
	_, err := tx.Exec(text)
	return err
}

// Exact is the token of a whole value of a field: a number in clear, or a blind
// index.
func Exact[V string | []byte](field string, value V) string { return field + "\x00" + string(value) }
