package access

import (
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// User is a person who signs in.
type User struct {
	ID           id.ID        `db:"id" json:"id"`
	Login        string       `db:"login" json:"login"`
	Name         string       `db:"name" json:"name"`
	PasswordHash string       `db:"password_hash" json:"-"`
	HomeOrgID    id.ID        `db:"home_org_id" json:"home_org_id"`
	Locale       string       `db:"locale" json:"locale" enum:"zh,en"`
	Active       bool         `db:"active" json:"active"`
	Version      int64        `db:"version" json:"version"`
	CreatedAt    when.Instant `db:"created_at" json:"created_at"`
	SeenAt       when.Instant `db:"seen_at" json:"seen_at,omitzero" doc:"last use, to five minutes; absent: never"`
}

// UserDetail is a user with his grants.
type UserDetail struct {
	User
	Grants []UserGrant `json:"grants" nullable:"false"`
}

// RoleName is a role as lists of users name it.
type RoleName struct {
	ID     id.ID  `db:"id" json:"id"`
	Code   string `db:"code" json:"code"`
	NameZh string `db:"name_zh" json:"name_zh"`
	NameEn string `db:"name_en" json:"name_en"`
}

// UserItem is a user in a list, with the roles he holds anywhere.
type UserItem struct {
	User
	Roles []RoleName `json:"roles" nullable:"false"`
}

// maxGrants bounds what one user holds; UserInput says so, too.
const maxGrants = 50

// UserInput is what an administrator sets. Password may be absent in a change.
type UserInput struct {
	Login     string  `json:"login" minLength:"2" maxLength:"40" pattern:"^[a-z0-9._-]+$"`
	Name      string  `json:"name" minLength:"1" maxLength:"40"`
	Password  string  `json:"password,omitempty" maxLength:"128"`
	HomeOrgID id.ID   `json:"home_org_id"`
	Locale    string  `json:"locale,omitempty" enum:"zh,en" default:"zh"`
	Active    bool    `json:"active" doc:"false stops the user"`
	Keep      bool    `json:"keep_password,omitempty" doc:"the user need not change the password given here when he next signs in"`
	KeepKeys  bool    `json:"keep_keys,omitempty" doc:"the user's API keys outlive the password given here; absent: they end with the old one"`
	Grants    []Grant `json:"grants" maxItems:"50"`
}

// validate collects what is wrong with the input by itself.
func (in UserInput) validate(passwordRequired bool) error {
	var v fault.Validation
	v.Check(strings.TrimSpace(in.Name) != "", "name", "required")
	v.Check(genuine(in.Name), "name", "wrong_format")
	v.Check(!in.HomeOrgID.IsZero(), "home_org_id", "required")
	v.Check(!passwordRequired || in.Password != "", "password", "required")
	return v.Err()
}
