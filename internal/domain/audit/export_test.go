package audit

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// SealTx is one step of the sealer, for tests that end it in the middle.
func (l *Log) SealTx(tx *db.Tx, org id.ID, limit int) (int, error) { return l.sealTx(tx, org, limit) }
