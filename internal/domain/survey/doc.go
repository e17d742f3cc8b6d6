// Package survey keeps surveys and the answers people gave.
//
// Owns: studies 调查 (one wave of one survey, of a province, city or county
// company or a station), the response files 答卷文件 sent for them, the mapping of
// their columns 列对应 to questions, attributes 属性 (segments), weight 权重 and
// respondent 受访者, the check of every row, and the data set 答卷数据 that is
// imported.
// Does not own: questions and models (satisfaction gives them through
// Questionnaires), what the answers mean (satisfaction).
//
// States of a data set: importing → current; a stopped import leaves nothing
// that is visible and is removed by the next.
//
// Invariants: a study has at most one current data set, replaced as a whole in
// one transaction; a row is taken whole or not at all; answers lie within the
// scale or are missing; respondents are unique; answers, names of files,
// headings and levels are sealed with the company's own key; the same file and mapping give the same digest.
//
// Sources: N6 (import), O4; issue 2 §4.
package survey
