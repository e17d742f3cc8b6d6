// Package privacy gives persons their rights over what is kept of them.
//
// Owns: the register of requests 个人信息权利请求 (access and copy 查阅复制, correction
// 更正, erasure 删除, withdrawal 撤回同意) with identity check and due day; the export
// 个人信息副本 of everything kept of a person; erasure 删除 with its preview, the second
// person and the list of the erased; consents 同意 by purpose, given and withdrawn.
// Does not own: what other modules keep. Each registers as a Holder: it counts what it
// keeps, says what forbids erasure, gives it to the person and erases it. Billing, cases
// and the like join the same way.
//
// States of a request: received → verified → done; received or verified → refused, with
// a reason of rule/refusal.json. Of an erasure: proposed → confirmed by another person →
// done when its files are gone; proposed → dropped.
//
// Invariants: nobody both proposes and confirms an erasure; erasing is one transaction,
// so that nobody is ever half erased, and a job that goes on after a kill removes the
// files; a person is a customer with all who were merged into him; what is kept stands in
// rule/fate.json with the law that wants it; who was erased is kept, as identifiers
// alone, in the database and in a file outside it, and is erased again when an older
// backup was restored; consents are only ever added, the last one of a purpose holds;
// withdrawing one blocks no service; consent counts for the text it was given to; a
// purpose somebody was asked for is never deleted; sensitive purposes are shown to the
// holders of their permission only.
//
// Sources: 个人信息保护法 art. 13-17, 28-30, 44-50; 通信短信息服务管理规定 (domain facts
// pipl.*, sms.*). The due day is design: the law says "timely".
package privacy
