// Package calendar keeps which days are working days, for the whole installation.
//
// Owns: the calendars 放假安排 of years: those that come with the program and those an
// administrator imports from the State Council's notice, with every earlier version; the
// dry run 试算 that shows what a file would change; the warning when a calendar is missing;
// counting open dates anew when a calendar came or changed.
// Does not own: how dates are counted (base/when); what they are for: modules whose dates
// hang on the calendar register as a Follower.
//
// Words: working day 工作日, day off 放假, worked weekend day 调休上班, notice 通知.
//
// Invariants: of a year whose calendar is missing no date is made up; a calendar is never
// changed, a newer version replaces it; only who holds the right at the topmost organisation
// imports, for the calendar is one for all; a date is counted from its history every time,
// never moved.
//
// Sources: 全国年节及纪念日放假办法; 民法典 art. 201-203 (domain facts 0.4, 8.3).
package calendar
