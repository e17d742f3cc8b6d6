// Package message tells people by e-mail and SMS what other modules have to say.
//
// Owns: the outbox 发件箱 with every message 消息 and its attempts 发送记录; templates
// 模板 in Chinese and English, with every version; how a company sends by a channel
// 通道: its mail server, its SMS gateway 短信网关.
// Does not own: when and why something is said (the module whose SendTx fills the
// outbox in its own transaction); who agreed to be written to (privacy, through
// Consents); webhooks (webhook); campaigns, received SMS and the protocols of
// operators (later).
//
// States: queued 待发 → sending 发送中 → sent 已发 | refused 被拒 (the other side said no
// for good) | uncertain 不确定 (it may have left) | queued, for another try with a
// growing delay, and failed 失败 when its time is over. queued → dropped 未发, with the
// reason: no consent, its time over before anybody tried, stopped by hand. A person
// sends failed, refused and uncertain ones again, or stops them: queued, dropped.
//
// Invariants: a message is made with the row that wants it, or neither is; the text is
// rendered then, so later changes of a template change nothing that was said; one
// process has it at a time, by a lease; before its first byte leaves that is written
// down, so that after a crash what may have left is told apart and not sent again by
// itself, unless the gateway knows our key and sends nothing twice; consent is asked
// for in that very transaction; addresses and texts are sealed, and stand in no log, no
// audit entry and no job.
//
// Sources: G1 (2), peers 8 (17, 25); 通信短信息服务管理规定; 个人信息保护法 art. 13, 16.
package message
