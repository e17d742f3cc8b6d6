// Package portal is the customer's own side 客户自助服务: what he does himself, without
// anybody of the company.
//
// Owns: how a customer signs in by the number of an account 户号: codes 验证码 sent to the
// telephone in the archive, service passwords 服务密码, sessions 客户会话 of their own, and
// how often strangers may try; the public look-up of a case's progress 进度查询 by number
// and code 查询码; whether a company serves its customers so at all.
// Does not own: cases and what a customer sees of them (feedback), the archive (customer,
// supply), how an SMS goes (message), users and their sessions (access), promises and what
// of them a customer is told (promise).
//
// Invariants: it is off until a company turns it on; what a stranger is told is the same,
// and takes as long, whether the account is there, has a telephone, or has a password; a
// code is kept as a keyed hash, is good for minutes, a few tries and one session; a session
// is of one account and of the customer it belonged to then, opens that customer's things
// alone and nothing of the staff's; when the account goes to another customer, sessions and
// password are worth nothing; nothing a customer types finds a record that is not his.
//
// Sources: R1, R2, B7, E7 (000, 004 part 5); 个人信息保护法 art. 51; docs/portal.md.
package portal
