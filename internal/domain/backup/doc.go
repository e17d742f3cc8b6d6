// Package backup keeps backups: when they are made, which are kept, whether one has
// been proved to come back.
//
// Owns: the list of backups 备份, their proofs 验证, the schedule 备份计划 (days, hour,
// how many are kept) as data. Does not own: the form of the file and how it is made
// (infra/backup), the keys.
//
// States: running → done | failed; done → removed when newer ones take its place.
// A proof: none → running → equal | failed, any number of times.
//
// Invariants: one backup is made at a time; a file is removed only when enough newer
// ones are there, and the last proved one never; a schedule that fell into a time
// when nothing ran is made up for at the next start.
//
// A backup holds the whole installation, so making, proving and scheduling need the
// permission at the topmost organisation. Seeing the list needs it anywhere: the
// backups hold every company's data, and tell nothing of them but sizes.
//
// Sources: V1, A6 (weekly backup, restore proven).
package backup
