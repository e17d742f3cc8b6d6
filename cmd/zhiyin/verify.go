package main

import (
	"github.com/spf13/cobra"

	"github.com/zhiyin-power/zhiyin/internal/infra/config"
)

// exitBroken: what was checked is not whole.
const exitBroken exitCode = 2

// newVerifyCommand is zhiyin verify: whether what is kept is what was written.
func newVerifyCommand() *cobra.Command {
	var audit verifyAudit
	var file, key string
	cmd := &cobra.Command{
		Use: "verify", Short: "检查审计记录或备份是否完好 · Check that the audit log or a backup is whole", Args: cobra.NoArgs,
		Long: `逐条检查审计记录:内容、先后、编号、签名链头。可与正在运行的服务同时使用。
链头可抄存到别处,以后用 --head 核对,能发现整体回退。
给出 --backup 时改为验证备份:恢复到临时位置,比较行数和校验和,用主密钥打开各公司的密钥,然后删除临时位置,不影响正在运行的服务。
退出码:0 完好;1 出错,未能检查;2 不完好,已列出第一处。

Walks the audit log: content, order, numbers and signed heads. Works beside a running server. A head noted elsewhere
and given later by --head shows whether everything was rolled back.
With --backup it proves a backup instead: restores it into a temporary place, compares counts and sums, opens every
company's key with the master key, and removes the place. A running server is not touched.
Exit codes: 0 whole; 1 an error, nothing was proved; 2 not whole, the first place is named.`,
		Example: `  zhiyin verify --data data
  zhiyin verify --data data --dsn postgres://user@host/name --json
  zhiyin verify --data data --head 0190d5a6-…:1200:8f3c…
  zhiyin verify --data data --backup FILE`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file != "" {
				return verifyBackup(cmd, file, key)
			}
			return audit.run(cmd)
		},
	}
	config.Flags(cmd.Flags())
	audit.register(cmd.Flags())
	cmd.Flags().StringVar(&file, "backup", "", "backup to prove / 要验证的备份文件")
	cmd.Flags().StringVar(&key, "key", "", "file of the backup key; without it DIR/keys/backup.key / 备份密钥文件")
	return cmd
}
