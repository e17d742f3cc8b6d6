// Package config gathers settings from flags, the environment (ZHIYIN_LISTEN for
// --listen) and a YAML file, in this order of precedence.
package config

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Config is what a command is told from outside.
type Config struct {
	Data     string     // directory of the database, keys and files
	DSN      string     // PostgreSQL; "" is SQLite in Data
	Backups  string     // directory of backups; "" is "backups" in Data
	Listen   string     // address of the server
	LogLevel slog.Level // debug shows every request
	LogJSON  bool
	Workers  int        // background jobs at once
	Group    int        // writers that share one commit on SQLite
	Now      when.Clock // the machine's clock unless --now
	Cipher   crypt.Cipher

	TLSCert, TLSKey          string         // files; "" serves without TLS
	Proxies                  []netip.Prefix // whose X-Forwarded headers are believed
	MetricsFrom              []netip.Prefix // who may read /metrics
	WebhookInside            []netip.Prefix // networks inside that webhooks may go to
	WebhookDays              int            // so long deliveries that have ended are kept; 0: for ever
	AccountRate, AddressRate float64        // requests a second; 0 is no limit
}

// Flags defines the flags every command that uses the database takes.
func Flags(f *pflag.FlagSet) {
	f.String("config", "", "YAML file with settings named like the flags / 配置文件")
	f.String("data", "data", "directory of database, keys and files / 数据目录")
	f.String("dsn", "", "PostgreSQL, e.g. postgres://user@host/name; without it SQLite in --data / 数据库连接")
	f.String("backup-dir", "", "directory of backups, better on another disk; without it DIR/backups in --data / 备份目录")
	f.String("cipher", "aes", "what new confidential values are sealed with, aes or sm4; both are always read / 新的保密数据用哪种算法加密,两种都能读取")
	f.String("log-level", "info", "debug, info, warn or error / 日志级别")
	f.Bool("log-json", false, "log as JSON / JSON 日志")
	f.String("now", "", "fix the clock, RFC 3339, e.g. 2026-06-01T09:00:00+08:00 / 固定时钟")
}

// ServeFlags defines the flags of commands that serve.
func ServeFlags(f *pflag.FlagSet) {
	f.String("listen", "127.0.0.1:8080", "address to serve on / 监听地址")
	f.Int("commit-group", db.GroupLimit, "writers that may share one commit on SQLite, 1: each has its own / SQLite 合并提交的写入数")
	f.Int("workers", 2, "background jobs at once / 后台任务并发数")
	f.String("tls-cert", "", "PEM file of the certificate: serve over TLS / TLS 证书文件")
	f.String("tls-key", "", "PEM file of its key / TLS 私钥文件")
	f.String("proxies", "", "networks of reverse proxies to believe, e.g. 10.0.0.0/8,::1/128 / 可信反向代理网段")
	f.String("metrics-from", "127.0.0.0/8,::1/128", "networks that may read /metrics / 可读取指标的网段")
	f.String("webhook-inside", "", "networks inside that webhooks may go to, e.g. 10.20.0.0/16; others are refused / 允许推送的内网网段")
	f.Int("webhook-days", 90, "days that ended webhook deliveries are kept, 0 for ever / 推送记录保留天数")
	f.Float64("account-rate", 100, "requests a second of one account, 0 for any / 每账号每秒请求上限")
	f.Float64("address-rate", 50, "requests a second of one address without login, 0 for any / 每地址每秒免登录请求上限")
}

// Load reads the settings of a command whose flags are parsed.
func Load(f *pflag.FlagSet) (Config, error) {
	k := koanf.New(".")
	if name := cmp.Or(flagValue(f, "config"), os.Getenv("ZHIYIN_CONFIG")); name != "" {
		if err := k.Load(file.Provider(name), yaml.Parser()); err != nil {
			return Config{}, fmt.Errorf("config: %s: %w", name, err)
		}
		if key, ok := unknown(k.Keys()); ok {
			return Config{}, fmt.Errorf("config: %s: there is no setting %q; settings are named like the flags", name, key)
		}
	}
	environment := env.Provider(".", env.Opt{Prefix: "ZHIYIN_", TransformFunc: func(key, value string) (string, any) {
		if slices.Contains(secrets, key) {
			return "", nil
		}
		return strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(key, "ZHIYIN_")), "_", "-"), value
	}})
	if err := k.Load(environment, nil); err != nil {
		return Config{}, fmt.Errorf("config: environment: %w", err)
	}
	if err := k.Load(posflag.Provider(f, ".", k), nil); err != nil {
		return Config{}, fmt.Errorf("config: flags: %w", err)
	}
	return read(k)
}

// secrets are no settings: who reads them keeps them to himself.
var secrets = []string{crypt.MasterVariable, "ZHIYIN_KEYS_PASSPHRASE"}

// unknown finds a key that is the name of no flag.
func unknown(keys []string) (string, bool) {
	known := pflag.NewFlagSet("settings", pflag.ContinueOnError)
	Flags(known)
	ServeFlags(known)
	i := slices.IndexFunc(keys, func(key string) bool { return known.Lookup(key) == nil })
	if i < 0 {
		return "", false
	}
	return keys[i], true
}

// read makes the configuration of gathered texts.
func read(k *koanf.Koanf) (c Config, err error) {
	c = Config{Data: k.String("data"), DSN: k.String("dsn"), Backups: k.String("backup-dir"), Listen: k.String("listen"), Now: when.System}
	if c.Cipher, err = crypt.ParseCipher(k.String("cipher")); err != nil {
		return Config{}, err
	}
	if c.LogJSON, err = strconv.ParseBool(cmp.Or(k.String("log-json"), "false")); err != nil {
		return Config{}, fmt.Errorf("config: log-json %q: use true or false", k.String("log-json"))
	}
	if err := c.LogLevel.UnmarshalText([]byte(k.String("log-level"))); err != nil {
		return Config{}, fmt.Errorf("config: log-level %q: use debug, info, warn or error", k.String("log-level"))
	}
	if now := k.String("now"); now != "" {
		t, err := time.Parse(time.RFC3339, now)
		if err != nil {
			return Config{}, fmt.Errorf("config: now %q: use RFC 3339, e.g. 2026-06-01T09:00:00+08:00", now)
		}
		c.Now = when.Fixed(when.At(t))
	}
	return c, c.readServe(k)
}

// readServe reads what only commands that serve are told; others have none of it.
func (c *Config) readServe(k *koanf.Koanf) (err error) {
	for _, n := range []struct {
		name  string
		into  *int
		least int
	}{{"workers", &c.Workers, 1}, {"commit-group", &c.Group, 1}, {"webhook-days", &c.WebhookDays, 0}} {
		if asked := k.String(n.name); asked != "" {
			if *n.into, err = strconv.Atoi(asked); err != nil || *n.into < n.least {
				return fmt.Errorf("config: %s %q: use a whole number from %d", n.name, asked, n.least)
			}
		}
	}
	if c.TLSCert, c.TLSKey = k.String("tls-cert"), k.String("tls-key"); (c.TLSCert == "") != (c.TLSKey == "") {
		return errors.New("config: tls-cert and tls-key go together")
	}
	for name, into := range map[string]*[]netip.Prefix{"proxies": &c.Proxies, "metrics-from": &c.MetricsFrom, "webhook-inside": &c.WebhookInside} {
		if *into, err = networks(k.String(name)); err != nil {
			return fmt.Errorf("config: %s %q: use networks with a comma, e.g. 10.0.0.0/8,::1/128", name, k.String(name))
		}
	}
	for name, into := range map[string]*float64{"account-rate": &c.AccountRate, "address-rate": &c.AddressRate} {
		if *into, err = strconv.ParseFloat(cmp.Or(k.String(name), "0"), 64); err != nil || !(*into >= 0) {
			return fmt.Errorf("config: %s %q: use a number from 0", name, k.String(name))
		}
	}
	return nil
}

func networks(list string) (all []netip.Prefix, err error) {
	for text := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		n, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

func flagValue(f *pflag.FlagSet, name string) string {
	if flag := f.Lookup(name); flag != nil {
		return flag.Value.String()
	}
	return ""
}

// Logger logs to the standard error.
func (c Config) Logger() *slog.Logger {
	o := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogJSON {
		return slog.New(slog.NewJSONHandler(os.Stderr, o))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, o))
}

// Path is a place in the data directory.
func (c Config) Path(name string) string { return filepath.Join(c.Data, name) }

// BackupDir is the directory of backups.
func (c Config) BackupDir() string { return cmp.Or(c.Backups, c.Path("backups")) }
