package main

import (
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
)

// verifyAudit are the flags of the command that concern the audit log.
type verifyAudit struct {
	heads     []string
	export    string
	publicKey string
	asJSON    bool
}

func (f *verifyAudit) register(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.heads, "head", nil, "别处留存的链头,可重复:公司:编号:散列 · head noted elsewhere, repeatable: COMPANY:NUMBER:HASH")
	flags.StringVar(&f.export, "export", "", "要验证的审计导出文件,只需公钥 · exported archive to check; needs the public key only")
	flags.StringVar(&f.publicKey, "public-key", "", "签发导出文件的公钥 · public key the export was signed with")
	flags.BoolVar(&f.asJSON, "json", false, "以 JSON 输出 · print JSON")
}

func (f *verifyAudit) run(cmd *cobra.Command) error {
	if f.export != "" {
		return f.runExport(cmd)
	}
	c, err := config.Load(cmd.Flags())
	if err != nil {
		return err
	}
	noted := make([]audit.Head, len(f.heads))
	for i, text := range f.heads {
		if noted[i], err = parseHead(text); err != nil {
			return err
		}
	}
	r, err := app.VerifyAudit(cmd.Context(), c, audit.VerifyInput{Noted: noted})
	if err != nil {
		return err
	}
	if err := f.print(cmd.OutOrStdout(), r); err != nil {
		return err
	}
	if !r.Whole {
		return exitBroken
	}
	return nil
}

// runExport checks an exported archive. The key must come from elsewhere: a file
// that vouches for itself proves nothing.
func (f *verifyAudit) runExport(cmd *cobra.Command) error {
	key, err := hex.DecodeString(f.publicKey)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return inputError{zh: "请用 --public-key 给出公钥(64 位十六进制),可在审计页面或 zhiyin verify 的输出中找到。",
			en: "Give the public key (64 hexadecimal digits) by --public-key. The audit page and zhiyin verify show it."}
	}
	file, err := os.Open(f.export)
	if err != nil {
		return explain(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return explain(err)
	}
	m, err := audit.VerifyExport(file, info.Size(), key)
	if errors.Is(err, audit.ErrExportForged) || errors.Is(err, audit.ErrExportChanged) {
		fmt.Fprintln(cmd.OutOrStdout(), explainFault(err))
		return exitBroken
	}
	if err != nil {
		return err
	}
	return f.printExport(cmd.OutOrStdout(), m)
}

func (f *verifyAudit) printExport(out io.Writer, m audit.Manifest) error {
	if f.asJSON {
		return printJSON(out, m)
	}
	cut := ""
	if !m.Complete {
		cut = "(未含全部 · not all there were)"
	}
	_, err := fmt.Fprintf(out, "%[1]s %[2]s 导出 %[3]d 条 · %[3]d entries, exported by %[2]s %[4]s\n完好 · whole\n", m.MadeAt.Time().Format(time.DateTime), m.MadeBy.Name, m.Rows, cut)
	return err
}

func printJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// parseHead reads a head as it is printed.
func parseHead(text string) (h audit.Head, err error) {
	parts := strings.Split(text, ":")
	if len(parts) == 3 {
		var errs [3]error
		h.OrgID, errs[0] = id.Parse(parts[0])
		h.Number, errs[1] = strconv.ParseInt(parts[1], 10, 64)
		h.Hash, errs[2] = hex.DecodeString(parts[2])
		if errs == [3]error{} && h.Number > 0 {
			return h, nil
		}
	}
	return h, inputError{zh: fmt.Sprintf("--head「%s」无法识别,请写成 公司:编号:散列。", text), en: fmt.Sprintf("--head %q is not understood. Write COMPANY:NUMBER:HASH.", text)}
}

func (f *verifyAudit) print(out io.Writer, r audit.Report) error {
	if f.asJSON {
		return printJSON(out, r)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "审计记录 %[1]d 条,签名链头 %[2]d 个 · %[1]d audit entries, %[2]d signed heads\n", r.Entries, r.Heads)
	if r.Unsealed > 0 {
		fmt.Fprintf(&b, "待封存 %[1]d 条,最早 %[2]s · %[1]d not sealed yet, since %[2]s\n", r.Unsealed, r.UnsealedFrom.Time().Format(time.DateTime))
	}
	if r.Removed > 0 {
		fmt.Fprintf(&b, "按保存期限已清除 %[1]d 条 · %[1]d removed after their retention period\n", r.Removed)
	}
	for _, h := range r.Tips {
		fmt.Fprintf(&b, "链头 · head %s:%d:%s %s\n", h.OrgID, h.Number, h.Hash, h.At.Time().Format(time.DateTime))
	}
	if len(r.PublicKey) > 0 {
		fmt.Fprintf(&b, "公钥 · public key %s\n", r.PublicKey)
	}
	for _, n := range r.Notes {
		fmt.Fprintln(&b, findingLine("注意 · note", n))
	}
	for _, n := range r.Broken {
		fmt.Fprintln(&b, findingLine("断点 · broken", n))
	}
	if more := r.BrokenCount - int64(len(r.Broken)); more > 0 {
		fmt.Fprintf(&b, "另有 %[1]d 处 · and %[1]d more\n", more)
	}
	if r.Whole {
		b.WriteString("完好 · whole\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// findingLine names the entry first: it is what one looks for.
func findingLine(label string, n audit.Finding) string {
	where := []string{label}
	if !n.EntryID.IsZero() {
		where = append(where, n.EntryID.String())
	}
	if n.Number > 0 {
		where = append(where, fmt.Sprintf("#%d", n.Number))
	}
	if !n.OrgID.IsZero() {
		where = append(where, fmt.Sprintf("(%s)", n.OrgID))
	}
	key := "audit.fault." + string(n.Fault)
	return fmt.Sprintf("%s: %s · %s", strings.Join(where, " "), sentence(catalogue.Chinese, key, nil), sentence(catalogue.English, key, nil))
}
