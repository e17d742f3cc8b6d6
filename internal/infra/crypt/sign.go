package crypt

import (
	"crypto/ed25519"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// installation stands for the whole installation among the companies' keys.
var installation = id.MustParse("00000000-0000-7000-8000-000000000001")

// SignerTx gives the key by which the installation signs what others check with
// its public half, made in tx when there is none yet. It is wrapped like a
// company's key, so signatures outlive a change of the master key. Error: ErrNoKey.
func (k *Keyring) SignerTx(tx *db.Tx, use string) (ed25519.PrivateKey, error) {
	c, err := k.CompanyTx(tx, installation)
	if err != nil {
		return nil, err
	}
	return ed25519.NewKeyFromSeed(c.MAC("sign "+use, nil)), nil
}
