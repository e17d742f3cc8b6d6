package feedback

import (
	"database/sql/driver"
	"fmt"
	"strings"
)

// wordList is a list of codes, kept as one text.
type wordList []string

// Scan implements sql.Scanner.
func (l *wordList) Scan(src any) error {
	text, ok := src.(string)
	if raw, is := src.([]byte); is {
		text, ok = string(raw), true
	}
	if !ok {
		return fmt.Errorf("feedback: cannot scan %T", src)
	}
	*l = wordList(strings.Fields(text))
	return nil
}

// Value implements driver.Valuer.
func (l wordList) Value() (driver.Value, error) { return strings.Join(l, " "), nil }
