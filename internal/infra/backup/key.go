package backup

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// keyName is the file of the key that opens backups, in age's own form.
const keyName = "backup.key"

// KeyFile is where the key stands among the keys.
func KeyFile(keys string) string { return filepath.Join(keys, keyName) }

// LoadKey reads the key among the keys, made when there is none.
func LoadKey(keys string) (*age.X25519Identity, error) {
	k, err := ReadKey(KeyFile(keys))
	if !errors.Is(err, ErrNoKey) {
		return k, err
	}
	if err := os.MkdirAll(keys, 0o700); err != nil {
		return nil, err
	}
	if k, err = age.GenerateX25519Identity(); err != nil {
		return nil, err
	}
	err = writeNew(KeyFile(keys), []byte(k.String()+"\n"))
	if errors.Is(err, fs.ErrExist) { // another process was faster
		return ReadKey(KeyFile(keys))
	}
	return k, err
}

// ReadKey reads a key. Error: ErrNoKey.
func ReadKey(file string) (*age.X25519Identity, error) {
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoKey.With("file", file)
	}
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(raw)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			k, err := age.ParseX25519Identity(line)
			if err != nil {
				return nil, fmt.Errorf("%s holds no key of age's form (AGE-SECRET-KEY-1…)", file)
			}
			return k, nil
		}
	}
	return nil, ErrNoKey.With("file", file)
}

// writeNew makes a file that was not there, readable by its owner only.
func writeNew(name string, content []byte) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}

// ExportKeys writes all keys of the directory sealed by a passphrase, as text that
// may be printed.
func ExportKeys(w io.Writer, keys, passphrase string) error {
	found, err := readKeys(keys)
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(found, "", "\t")
	if err != nil {
		return err
	}
	to, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return err
	}
	text := armor.NewWriter(w)
	sealed, err := age.Encrypt(text, to)
	if err != nil {
		return err
	}
	if _, err := sealed.Write(raw); err != nil {
		return err
	}
	return errors.Join(sealed.Close(), text.Close())
}

func readKeys(keys string) (map[string]string, error) {
	entries, err := os.ReadDir(keys)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, e := range entries {
		if !e.Type().IsRegular() {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(keys, e.Name()))
		if err != nil {
			return nil, err
		}
		found[e.Name()] = string(raw)
	}
	if len(found) == 0 {
		return nil, ErrNoKey.With("file", keys)
	}
	return found, nil
}

// ImportKeys brings exported keys into a directory that has none, and tells their
// names. Errors: ErrPassphrase, ErrNotEmpty.
func ImportKeys(r io.Reader, keys, passphrase string) ([]string, error) {
	from, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, err
	}
	open, err := age.Decrypt(armor.NewReader(r), from)
	if err != nil {
		return nil, ErrPassphrase.Wrap(err)
	}
	raw, err := io.ReadAll(open)
	if err != nil {
		return nil, ErrPassphrase.Wrap(err)
	}
	var found map[string]string
	if err := json.NewDecoder(bytes.NewReader(raw)).Decode(&found); err != nil {
		return nil, ErrNoBackup.Wrap(err)
	}
	if there, err := os.ReadDir(keys); err == nil && len(there) > 0 {
		return nil, ErrNotEmpty.With("place", keys)
	}
	if err := os.MkdirAll(keys, 0o700); err != nil {
		return nil, err
	}
	var names []string
	for name, content := range found {
		if name != filepath.Base(name) {
			return nil, ErrNoBackup.Wrap(fmt.Errorf("a key named %q", name))
		}
		if err := writeNew(filepath.Join(keys, name), []byte(content)); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, syncDir(filepath.Join(keys, keyName))
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}
