// Package view keeps lists as people want them.
//
// Owns: views 视图 of a list: what it is narrowed to 筛选, its order 排序, columns 列
// and density 行距; with whom a view is shared 共享; who has pinned 置顶 it and opens
// the list by it 默认视图.
// Does not own: what stands in a list and who may see it (each module); which
// filters and columns a list has is data, list.json, which the web is held to.
//
// States: kept → removed → kept (taken back, for 30 days).
//
// Invariants: a view is its owner's alone, or everybody's who works in the company
// it is shared with and may see the list; a shared one is changed by holders of
// view.share in that company. It says how rows are asked for and never which rows
// somebody may see. What people wrote into one is sealed, as it may name customers.
// What a list has ceased to know is left out of its views and told, never an error.
//
// Sources: issue rows "lists share one kit".
package view
