package customer

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// Classes are the class codes of a customer by scheme code. The column holds
// only those somebody chose.
type Classes map[string]string

// Scan implements sql.Scanner.
func (c *Classes) Scan(src any) error {
	text, err := textOf(src)
	if err != nil || text == "{}" {
		*c = Classes{}
		return err
	}
	return json.Unmarshal([]byte(text), c)
}

// Value implements driver.Valuer.
func (c Classes) Value() (driver.Value, error) {
	if len(c) == 0 {
		return "{}", nil
	}
	b, err := json.Marshal(map[string]string(c))
	return string(b), err
}

// Tags are the words a customer is marked with, sorted.
type Tags []string

// Scan implements sql.Scanner.
func (t *Tags) Scan(src any) error {
	text, err := textOf(src)
	if err != nil || text == "[]" {
		*t = Tags{}
		return err
	}
	return json.Unmarshal([]byte(text), t)
}

// Value implements driver.Valuer.
func (t Tags) Value() (driver.Value, error) {
	if len(t) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal([]string(t))
	return string(b), err
}

func textOf(src any) (string, error) {
	switch v := src.(type) {
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	}
	return "", fmt.Errorf("customer: cannot scan %T", src)
}
