package access

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Role is a named set of permission patterns.
type Role struct {
	ID          id.ID        `json:"id"`
	Code        string       `json:"code"`
	NameZh      string       `json:"name_zh"`
	NameEn      string       `json:"name_en"`
	Permissions Patterns     `json:"permissions"`
	Builtin     bool         `json:"builtin"`
	OrgID       id.ID        `json:"org_id,omitzero" doc:"granted there and below; absent of a built-in role: anywhere"`
	RetiredAt   when.Instant `json:"retired_at,omitzero" doc:"since then the role gives nothing"`
	Separate    string       `json:"separate,omitempty" enum:"admin,security,auditor" doc:"whose of the three administrators' permissions it holds"`
	Version     int64        `json:"version"`
}

// RoleInput is what the security administrator says about a role.
type RoleInput struct {
	NameZh      string   `json:"name_zh" minLength:"1" maxLength:"40"`
	NameEn      string   `json:"name_en" minLength:"1" maxLength:"60"`
	OrgID       id.ID    `json:"org_id" doc:"where it can be granted, with all below; fixed once it is made"`
	Permissions Patterns `json:"permissions" minItems:"1" maxItems:"300" doc:"permissions, or module.* for all of a module, also of later versions"`
	Retired     bool     `json:"retired,omitempty" doc:"the role gives nothing, until it is taken into use again"`
}

// PermissionModule is what can be done in one module.
type PermissionModule struct {
	Module      string   `json:"module"`
	Permissions []string `json:"permissions" nullable:"false"`
}

//go:embed role/builtin.json
var builtinRoles []byte

//go:embed role/permission.json
var permissionFile []byte

//go:embed role/separate.json
var separateFile []byte

// Permissions lists every permission by module, as daily work goes.
var Permissions = read[[]PermissionModule]("permissions", permissionFile)

// separate are the permissions that only one of the three administrators holds.
var separate = read[map[string]Patterns]("separate", separateFile)

// administrators are the roles of the three administrators: of the system, of its
// security, of its audit (GB/T 22239-2019, 8.1.5).
var administrators = []string{"admin", "security", "auditor"}

// read decodes a file of the program's own; a broken one is found by every test.
func read[T any](name string, raw []byte) (v T) {
	if err := json.Unmarshal(raw, &v); err != nil {
		panic(fmt.Sprintf("access: %s: %v", name, err))
	}
	return v
}

// administers lists whose of the three administrators' permissions the patterns
// hold.
func (p Patterns) administers() (kinds []string) {
	for _, kind := range administrators {
		if slices.ContainsFunc(separate[kind], p.Allow) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// known tells whether a role of the company's own may list the pattern.
func known(pattern string) bool {
	module, verb, _ := strings.Cut(pattern, ".")
	return slices.ContainsFunc(Permissions, func(m PermissionModule) bool {
		return m.Module == module && (verb == "*" || slices.Contains(m.Permissions, pattern))
	})
}

// isPermission tells whether there is such a permission.
func isPermission(p string) bool { return known(p) && !strings.HasSuffix(p, ".*") }

// checked trims the names and drops doubles. Errors: validation, ErrMixed.
func (in RoleInput) checked() (RoleInput, error) {
	in.NameZh, in.NameEn = strings.TrimSpace(in.NameZh), strings.TrimSpace(in.NameEn)
	in.Permissions = slices.Compact(slices.Sorted(slices.Values(in.Permissions)))
	var v fault.Validation
	v.Check(in.NameZh != "", "name_zh", "required")
	v.Check(in.NameEn != "", "name_en", "required")
	v.Check(len(in.Permissions) > 0, "permissions", "required")
	for _, p := range in.Permissions {
		if !known(p) {
			v.Add("permissions", "access.permission_unknown", "permission", p)
			break
		}
	}
	if err := v.Err(); err != nil {
		return in, err
	}
	if len(in.Permissions.administers()) > 1 {
		return in, ErrMixed
	}
	return in, nil
}
