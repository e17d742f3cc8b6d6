// Package webhook tells other systems what happened, by requests they can trust.
//
// Owns: subscriptions 订阅 of a company: which kinds of events 事件 go to which address;
// the outbox of deliveries 推送 with every attempt; the signature 签名.
// Does not own: the events: modules register their kinds and publish in their own
// transactions (PublishTx). Messages to people (message).
//
// It stands apart from message: it has other rules (anybody may ask to be told again,
// so what is unsure is repeated, never left), other secrets and other readers. What
// both need, the loop that waits for nobody, is infra/dispatch.
//
// States of a subscription: active 启用 ⇄ paused 暂停; active → ended 终止 when the other
// side answers 410. Of a delivery: queued 待推 → sending 推送中 → delivered 已送达 |
// queued, with a growing delay for a day, then failed 失败; queued → dropped 取消 when
// its subscription ends.
//
// Invariants: an event is published with the rows it tells of, or neither is; each
// reaches the other side at least once, with the same webhook-id every time, by which
// doubles are told; a receiver that hangs holds up only itself; addresses inside are
// refused, when they are named and when they are called (infra/outbound); the secret
// is shown once; events hold identifiers, numbers and states, nothing of a person.
//
// Sources: issue 4 (12), peers 8 (19); the signature is that of standardwebhooks.com.
package webhook
