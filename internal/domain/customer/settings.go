package customer

import (
	"sync"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// settings are a company's schemes and fields.
type settings struct {
	schemes []Scheme
	fields  []Field
	loaded  time.Time
}

// settingsAge is how old a snapshot may be: another process may have changed
// them.
const settingsAge = 5 * time.Second

// settingsCache keeps a snapshot per company, so that most requests ask nothing.
type settingsCache struct {
	mu    sync.Mutex
	byOrg map[id.ID]*settings
}

func (c *settingsCache) get(org id.ID) *settings {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.byOrg[org]; s != nil && time.Since(s.loaded) < settingsAge {
		return s
	}
	return nil
}

func (c *settingsCache) put(org id.ID, s *settings) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byOrg == nil {
		c.byOrg = map[id.ID]*settings{}
	}
	c.byOrg[org] = s
}

func (c *settingsCache) forget(org id.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.byOrg, org)
}

// settingsTx gives a company's schemes and fields, at most settingsAge old.
func (s *Service) settingsTx(tx *db.Tx, org id.ID) (*settings, error) {
	if set := s.cache.get(org); set != nil {
		return set, nil
	}
	set, err := loadSettings(tx, org)
	if err == nil {
		s.cache.put(org, set)
	}
	return set, err
}

// loadSettings reads them as they are now, for changing them.
func loadSettings(tx *db.Tx, org id.ID) (*settings, error) {
	own, err := schemesOf(tx, org)
	if err != nil {
		return nil, err
	}
	fields, err := fieldsOf(tx, org)
	if err != nil {
		return nil, err
	}
	set := &settings{schemes: overlay(own), fields: fields, loaded: time.Now()}
	for i := range set.schemes {
		set.schemes[i].OrgID = org
	}
	return set, nil
}
