package attack_test

import (
	"fmt"
	"os"
	"testing"
)

// TestMain keeps all that is written while the tests run below one directory, in
// which what was planted is looked for.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "attack")
	if err == nil {
		err = os.Setenv("TMPDIR", dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}
