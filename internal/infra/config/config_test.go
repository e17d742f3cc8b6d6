package config_test

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
)

func load(t *testing.T, args ...string) (config.Config, error) {
	t.Helper()
	f := pflag.NewFlagSet("t", pflag.ContinueOnError)
	config.Flags(f)
	config.ServeFlags(f)
	if err := f.Parse(args); err != nil {
		t.Fatal(err)
	}
	return config.Load(f)
}

func TestFlagsBeatEnvironmentBeatsFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "zhiyin.yaml")
	if err := os.WriteFile(file, []byte("data: /from/file\nlisten: file:1\nworkers: 7\nlog-level: warn\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ZHIYIN_LISTEN", "env:1")
	t.Setenv("ZHIYIN_DATA", "/from/env")
	c, err := load(t, "--config", file, "--data", "/from/flag")
	if err != nil {
		t.Fatal(err)
	}
	if c.Data != "/from/flag" || c.Listen != "env:1" || c.Workers != 7 || c.LogLevel != slog.LevelWarn {
		t.Errorf("got %+v", c)
	}
	if got := c.Path("keys"); got != "/from/flag/keys" {
		t.Errorf("Path = %s", got)
	}
}

func TestDefaultsAndClock(t *testing.T) {
	c, err := load(t)
	if err != nil || c.Data != "data" || c.Listen != "127.0.0.1:8080" || c.Workers != 2 || c.WebhookDays != 90 || c.DSN != "" {
		t.Errorf("defaults %+v, %v", c, err)
	}
	c, err = load(t, "--now", "2026-06-01T09:00:00+08:00")
	if want := when.At(time.Date(2026, 6, 1, 1, 0, 0, 0, time.UTC)); err != nil || c.Now() != want {
		t.Errorf("--now gives %v, %v", c.Now(), err)
	}
}

func TestServing(t *testing.T) {
	c, err := load(t, "--tls-cert", "cert.pem", "--tls-key", "key.pem", "--proxies", "10.0.0.0/8, ::1/128", "--account-rate", "0.5")
	if err != nil || c.TLSCert != "cert.pem" || c.TLSKey != "key.pem" || fmt.Sprint(c.Proxies) != "[10.0.0.0/8 ::1/128]" || c.AccountRate != 0.5 {
		t.Errorf("got %+v, %v", c, err)
	}
	if c.AddressRate != 50 || fmt.Sprint(c.MetricsFrom) != "[127.0.0.0/8 ::1/128]" {
		t.Errorf("defaults %+v", c)
	}
}

func TestBadSettingsNameTheRemedy(t *testing.T) {
	misspelt := filepath.Join(t.TempDir(), "zhiyin.yaml")
	if err := os.WriteFile(misspelt, []byte("listn: :80\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"--now", "yesterday"}, {"--log-level", "loud"}, {"--config", "/nonexistent.yaml"}, {"--config", misspelt}, {"--workers", "0"}, {"--webhook-days", "-1"},
		{"--tls-cert", "cert.pem"}, {"--proxies", "10.0.0.1"}, {"--metrics-from", "all"}, {"--account-rate", "-1"}, {"--address-rate", "NaN"}} {
		if _, err := load(t, args...); err == nil {
			t.Errorf("%v accepted", args)
		}
	}
	for key, value := range map[string]string{"ZHIYIN_WORKERS": "many", "ZHIYIN_LOG_JSON": "perhaps"} {
		t.Run(key, func(t *testing.T) {
			t.Setenv(key, value)
			if _, err := load(t); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestCipherAndSecrets(t *testing.T) {
	secret := strings.Repeat("5e", 32)
	t.Setenv("ZHIYIN_MASTER_KEY", secret)
	t.Setenv("ZHIYIN_CIPHER", "sm4")
	c, err := load(t)
	if err != nil || c.Cipher != crypt.SM4 || strings.Contains(fmt.Sprintf("%+v", c), secret) {
		t.Errorf("got %+v, %v", c, err)
	}
	if _, err := load(t, "--cipher", "des"); !errors.Is(err, crypt.ErrCipher) {
		t.Errorf("no such cipher: %v", err)
	}
	t.Setenv("ZHIYIN_CIPHER", "")
	if c, err := load(t); err != nil || c.Cipher != crypt.AES {
		t.Errorf("without a word: %v, %v", c.Cipher, err)
	}
}
