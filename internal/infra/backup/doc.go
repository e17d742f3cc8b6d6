// Package backup writes the whole installation into one encrypted file while it is
// in use, and brings it back.
//
// Owns: the form of the file, its key, the order of copying, the pace beside other
// work. Does not own: when backups are made and which are kept (domain/backup), how
// an engine is copied (infra/db), the master key, which is never in a backup.
//
// # The file
//
// A tar archive, compressed with Zstandard, encrypted with age: three formats that
// others can read too, so that "age -d -i backup.key F | zstd -d | tar x" opens a
// backup without this program. Its members, in this order:
//
//	manifest.json       what is to come, and which master key opens what is sealed
//	db/SECTION/000001…  PostgreSQL: COPY in binary form per table; SQLite: the pages
//	files/xx/ID         attachments and the like, sealed as they stand
//	trailer.json        sums and counts of all of that
//
// age authenticates every 64 KiB and its end; without the trailer a file is cut off.
// It is written under another name, brought to the disk and then renamed: a file
// with the final name is whole.
//
// # Nothing lost, nothing half
//
// Everything acknowledged before the backup begins is in it, for
//
//  1. the store of files is held first: what is removed from now on stays readable;
//  2. then the database's snapshot is taken: every transaction committed before is
//     in it, each whole, with the keys it made for what it sealed;
//  3. then the files are listed and copied. A file is written before its row is
//     committed, and a row is deleted before its file. So a file whose row is in the
//     snapshot was there before the list, and is there still or held.
//
// What comes later than the snapshot may add files that no row names; they are
// harmless and copied along.
//
// # Keys
//
// DIR/keys/backup.key opens backups, DIR/keys/master.key what is sealed in them.
// Neither is in the database nor in a backup: without a copy of them elsewhere a
// backup is worth nothing. "zhiyin keys export" seals both by a passphrase.
package backup
