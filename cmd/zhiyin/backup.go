package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/backup"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const mb = 1_000_000

// newBackupCommand is zhiyin backup: the whole installation into one file, beside
// a running server.
func newBackupCommand() *cobra.Command {
	var rate int64
	cmd := &cobra.Command{
		Use: "backup", Short: "备份全部数据 · Back everything up into one encrypted file", Args: cobra.NoArgs,
		Long: `把数据库和附件备份成一个加密文件,放入 --backup-dir。服务运行时也可以执行:别人在用时自动放慢。
密钥(DIR/keys)不在备份中,请用 zhiyin keys export 另外保存。

Backs database and files up into one encrypted file in --backup-dir. A running server goes on; the backup slows down
while others wait. The keys (DIR/keys) are not in it: keep them elsewhere with zhiyin keys export.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd, func(ctx context.Context, a *app.App) error {
				began, say := time.Now(), progress(cmd.ErrOrStderr(), "备份 backup")
				ctx, err := a.System(ctx, "zhiyin backup")
				if err != nil {
					return err
				}
				b, err := a.Backups.Make(ctx, rate*mb, say)
				if err != nil {
					return err
				}
				took := time.Since(began)
				fmt.Fprintf(cmd.ErrOrStderr(), "\r完成 · done: %.1f MB, %d 行 rows, %d 个附件 files, %.1f s, %.0f MB/s\n",
					float64(b.ContentBytes)/mb, b.Rows, b.Files, took.Seconds(), float64(b.ContentBytes)/mb/took.Seconds())
				fmt.Fprintln(cmd.OutOrStdout(), filepath.Join(a.Config.BackupDir(), b.File))
				return nil
			})
		},
	}
	config.Flags(cmd.Flags())
	cmd.Flags().Int64Var(&rate, "rate", 0, "at most so many MB a second; 0: no limit / 每秒最多多少 MB")
	return cmd
}

// progress shows on a terminal how far a file is; elsewhere it is silent.
func progress(w io.Writer, what string) func(done, total int64) {
	f, is := w.(*os.File)
	if is {
		info, err := f.Stat()
		is = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	var last time.Time
	return func(done, total int64) {
		if is && time.Since(last) > time.Second {
			last = time.Now()
			fmt.Fprintf(w, "\r%s %3d%%  %d / %d MB ", what, 100*done/max(total, 1), done/mb, total/mb)
		}
	}
}

// place is where the flags say an installation stands or shall stand.
type place struct {
	config.Config
	key string // file of the backup's key; "": among the keys
}

// input reads the keys that open a backup; none is made.
func (p place) input(cmd *cobra.Command, file string, say func(done, total int64)) (backup.Input, *crypt.Keyring, error) {
	in := backup.Input{File: file, Progress: say}
	if place, has := crypt.HasMaster(p.Path("keys")); !has {
		return in, nil, fault.New(fault.Invalid, "backup.no_master").With("file", place)
	}
	name := p.key
	if name == "" {
		name = backup.KeyFile(p.Path("keys"))
	}
	key, err := backup.ReadKey(name)
	if err != nil {
		return in, nil, err
	}
	master, err := crypt.OpenMaster(p.Path("keys"), p.Cipher)
	if err != nil {
		return in, nil, err
	}
	keys := crypt.Under(master, p.Cipher)
	in.Key = key
	in.Masters, err = keys.Fingerprints(cmd.Context())
	return in, keys, err
}

func (p place) database() db.Config {
	c := db.Config{DSN: p.DSN, Clock: p.Now}
	if c.DSN == "" {
		c.File = p.Path("zhiyin.db")
	}
	return c
}

// newRestoreCommand is zhiyin restore: a backup into an empty place.
func newRestoreCommand() *cobra.Command {
	var p place
	cmd := &cobra.Command{
		Use: "restore FILE", Short: "把备份恢复到空的位置 · Restore a backup into an empty place", Args: cobra.ExactArgs(1),
		Long: `把备份恢复到一个空的数据目录(SQLite)或空的数据库(PostgreSQL,--dsn)。不覆盖任何已有数据;失败时目标仍是空的。
需要备份时的密钥:先用 zhiyin keys import 把导出的密钥放入 DIR/keys。

Restores a backup into an empty data directory (SQLite) or an empty database (PostgreSQL, --dsn). Nothing that is there
is overwritten; when it fails, the place stays empty. The keys of the backup are needed: bring the exported ones into
DIR/keys with zhiyin keys import first.`,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if p.Config, err = config.Load(cmd.Flags()); err != nil {
				return err
			}
			return p.restore(cmd, args[0])
		},
	}
	config.Flags(cmd.Flags())
	cmd.Flags().StringVar(&p.key, "key", "", "file of the backup key; without it DIR/keys/backup.key / 备份密钥文件")
	return cmd
}

func (p place) restore(cmd *cobra.Command, file string) error {
	began := time.Now()
	in, _, err := p.input(cmd, file, progress(cmd.ErrOrStderr(), "恢复 restore"))
	if err != nil {
		return err
	}
	r, err := backup.Restore(cmd.Context(), in, backup.Place{DB: p.database(), Files: p.Path("files")})
	if err != nil {
		return err
	}
	listed, err := privacy.CopyList(filepath.Dir(file), p.Data)
	if err != nil {
		return err
	}
	out, took := cmd.OutOrStdout(), time.Since(began)
	fmt.Fprintf(out, "\r已恢复 %s 的备份 · restored the backup of %s: %.1f MB, %d 行 rows, %d 个附件 files, %.1f s, %.0f MB/s\n", moment(r), moment(r),
		float64(r.TotalBytes())/mb, r.TotalRows(), r.Files.Count, took.Seconds(), float64(r.TotalBytes())/mb/took.Seconds())
	fmt.Fprintln(out, `
下一步:
  1. zhiyin serve(同样的 --data、--dsn)启动,登录核对:客户数、最近的记录、一个附件。
  2. 在「备份」页查看备份计划,并立即做一次备份。
  3. 备份之后发生的业务不在其中,需要补录。
Next:
  1. Start zhiyin serve with the same --data and --dsn; sign in and look: customers, the latest records, an attachment.
  2. On the page "Backups" look at the schedule, and make a backup at once.
  3. What happened after the backup is not in it and has to be entered again.`)
	if listed {
		fmt.Fprintln(out, "\n备份旁的删除名单已带入，启动时再次删除其中的客户。\nThe list of the erased beside the backup was taken along: those customers are erased again at the start.")
	}
	return nil
}

func moment(r backup.Restored) string { return r.SnapshotAt.Time().Format("2006-01-02 15:04:05 -0700") }

// verifyBackup proves a backup in a temporary place beside the flags' own.
func verifyBackup(cmd *cobra.Command, file, key string) error {
	c, err := config.Load(cmd.Flags())
	if err != nil {
		return err
	}
	p, began := place{c, key}, time.Now()
	in, keys, err := p.input(cmd, file, progress(cmd.ErrOrStderr(), "验证 verify"))
	if err != nil {
		return err
	}
	r, err := backup.Verify(cmd.Context(), in, p.database(), p.Data, keys)
	if errors.Is(err, backup.ErrCut) || errors.Is(err, backup.ErrDamaged) || errors.Is(err, backup.ErrUnequal) {
		fmt.Fprintln(cmd.ErrOrStderr(), explainFault(err))
		return exitBroken
	}
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "\r一致 · equal: %s, %d 张表 tables, %d 行 rows, %d 个附件 files, %.1f MB, %.1f s\n", moment(r), len(r.Rows), r.TotalRows(), r.Files.Count,
		float64(r.TotalBytes())/mb, time.Since(began).Seconds())
	return nil
}
