// Package access knows who the caller is and what he may do where.
//
// Owns: users 用户, roles 角色 and their permissions 权限, grants 授权 of a role in
// an organisation subtree for a time, absences 缺勤 and their deputies 代理人,
// sessions 会话, passwords, providers 统一认证 by which people sign in instead, and
// links 关联 of their people to users.
// Does not own: the organisation tree (org), the audit log (audit), the
// confidentiality of single fields (customer).
//
// A permission is an operation's ID, "customer.update". A role lists patterns:
// "customer.update", "customer.*", "*.get", "*"; all there are stand in
// role/permission.json. A built-in role is the program's; a company's own belongs to
// an organisation and lists permissions and whole modules. A grant gives a role in an
// organisation and all below it; the data scope of a permission is the set of
// county companies its grants reach.
//
// Designated maintainers 档案维护员 are the holders of the role maintainer: of the
// built-in roles only theirs may change archive data 档案数据 of a company. That is
// the customer's original record with number, name, unit and manager in charge
// (customer.create, update), his classes (classify), the fields of the company's
// own (fill), his state (close, reopen) and which archives are one (merge,
// unmerge), and files of them (import.*). What is recorded of dealing with him is
// not: notes, judgements, contacts, tags, files received, and visits, which those
// who deal with him write.
//
// States of grants and absences: coming → running → ended, by the clock alone.
//
// Invariants: nobody holds permissions of two of the three administrators
// (role/separate.json), by whatever roles, grants and absences; nobody changes what
// he may do himself; a deputy holds no more than the absent person does, passes
// nothing on, and the audit log says for whom he acts; a password is kept only as
// argon2id hash; a session token only as SHA-256; a provider's person is one user at
// most and a user one person of it; an attempt to sign in counts once and in its
// browser; passwords open whatever providers do; whoever changes users can still
// do so afterwards, so that there is always somebody; nobody sets the password or
// factor of a user who holds a role where he himself manages none.
//
// Sources: A6, V1; 等保 2.0 level 3 (identity, access control).
package access
