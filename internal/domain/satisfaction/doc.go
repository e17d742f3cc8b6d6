// Package satisfaction turns survey answers into satisfaction indices and says
// what they mean.
//
// Owns: satisfaction models 满意度模型 as data: constructs 构念, items 题目 and
// paths 路径; estimations 估计 of a model on the responses of a survey, with the
// index 指数 by construct and segment, drivers 影响因素, reliability 信度 and
// validity 效度; index bands 指数等级; the report 报告 and its sentences.
// Does not own: the answers (survey), the statistics (pls).
//
// States of an estimation: queued → done | failed | cancelled.
//
// Invariants: a shipped model is never changed, a company's model is changed
// only by a new version; an estimation keeps the model, the settings, the bands
// and the digest of the answers it was made from, so that its report never
// follows later changes; the same answers, model and settings give the same
// bytes.
//
// Sources: O1, O4, O6, N6; issue 2 §4.
package satisfaction
