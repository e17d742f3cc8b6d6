package crypt

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// MasterFile is the name of the master key's file.
const MasterFile = "master.key"

// LoadMaster reads the master key, 64 hexadecimal digits, from dir/master.key.
// When the directory has none it makes one, readable by its owner only.
func LoadMaster(dir string) ([]byte, error) {
	file := filepath.Join(dir, MasterFile)
	raw, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return makeMaster(dir, file)
	case err != nil:
		return nil, fmt.Errorf("crypt: master key: %w", err)
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("crypt: master key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("crypt: %s may be read by others (mode %o): chmod 600 it", file, info.Mode().Perm())
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(raw)))
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("crypt: %s does not hold 64 hexadecimal digits", file)
	}
	return key, nil
}

func makeMaster(dir, file string) ([]byte, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("crypt: master key: %w", err)
	}
	key := random(keySize)
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) { // another process was faster
		return LoadMaster(dir)
	}
	if err != nil {
		return nil, fmt.Errorf("crypt: master key: %w", err)
	}
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("crypt: master key: %w", err)
	}
	return key, nil
}
