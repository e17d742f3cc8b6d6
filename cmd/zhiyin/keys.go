package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/infra/backup"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
)

// newKeysCommand is zhiyin keys: the keys kept apart from the data.
func newKeysCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "keys", Short: "管理密钥:导出、取回、轮换、销毁 · Keys: export, import, rotate, retire"}
	cmd.AddCommand(newKeysExportCommand(), newKeysImportCommand(), newKeysRotateCommand(), newKeysListCommand(), newKeysRetireCommand())
	return cmd
}

const passphraseHelp = "file whose first line is the passphrase; without it the environment variable ZHIYIN_KEYS_PASSPHRASE / 口令文件"

func newKeysExportCommand() *cobra.Command {
	var out, from string
	cmd := &cobra.Command{
		Use: "export --out FILE", Short: "用口令封装密钥并导出 · Write the keys into a file sealed by a passphrase", Args: cobra.NoArgs,
		Long: `把 DIR/keys 中的密钥用口令封装成一个文本文件(可打印)。与备份分开保存;口令另行保管。没有密钥,备份无法使用。

Writes the keys of DIR/keys into a text file sealed by a passphrase; it may be printed. Keep it apart from the backups,
and the passphrase apart from it. Without the keys a backup is worth nothing.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load(cmd.Flags())
			if err != nil {
				return err
			}
			secret, err := passphrase(from)
			if err != nil {
				return err
			}
			if _, err := backup.LoadKey(c.Path("keys")); err != nil { // so that the key of later backups is among them
				return err
			}
			f, err := os.OpenFile(out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
			if err != nil {
				return err
			}
			err = backup.ExportKeys(f, c.Path("keys"), secret)
			if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
				return errors.Join(err, os.Remove(out))
			}
			fmt.Fprintf(cmd.OutOrStdout(), "密钥已导出 · keys exported: %s\n", out)
			return nil
		},
	}
	config.Flags(cmd.Flags())
	cmd.Flags().StringVar(&out, "out", "", "file to write; it must not be there / 输出文件")
	cmd.Flags().StringVar(&from, "passphrase-file", "", passphraseHelp)
	if err := cmd.MarkFlagRequired("out"); err != nil {
		panic(err) // the flag is defined above
	}
	return cmd
}

func newKeysImportCommand() *cobra.Command {
	var from string
	cmd := &cobra.Command{
		Use: "import FILE", Short: "取回导出的密钥 · Bring exported keys back", Args: cobra.ExactArgs(1),
		Long: `把导出的密钥放回空的 DIR/keys。

Brings exported keys back into an empty DIR/keys.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := config.Load(cmd.Flags())
			if err != nil {
				return err
			}
			secret, err := passphrase(from)
			if err != nil {
				return err
			}
			f, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			names, err := backup.ImportKeys(f, c.Path("keys"), secret)
			if err != nil {
				return err
			}
			slices.Sort(names)
			fmt.Fprintf(cmd.OutOrStdout(), "密钥已取回 · keys brought back: %s (%s)\n", c.Path("keys"), strings.Join(names, ", "))
			return nil
		},
	}
	config.Flags(cmd.Flags())
	cmd.Flags().StringVar(&from, "passphrase-file", "", passphraseHelp)
	return cmd
}

// shortest a passphrase may be: what it seals opens everything.
const shortestPassphrase = 12

func passphrase(file string) (string, error) {
	secret := os.Getenv("ZHIYIN_KEYS_PASSPHRASE")
	if file != "" {
		raw, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		secret, _, _ = strings.Cut(string(raw), "\n")
		secret = strings.TrimSuffix(secret, "\r")
	}
	if len([]rune(secret)) < shortestPassphrase {
		return "", fault.New(fault.Invalid, "backup.no_passphrase")
	}
	return secret, nil
}
