package customer

import (
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
)

func (c Contact) masked() Contact {
	switch c.Kind {
	case Phone:
		c.Value = cn.MaskPhone(c.Value)
	case Email:
		c.Value = cn.MaskEmail(c.Value)
	case Address:
		c.Value = cn.MaskAddress(c.Value)
	default:
		c.Value = maskText(c.Value)
	}
	if c.Person != "" {
		c.Person = cn.MaskName(c.Person, cn.PersonName)
	}
	return c
}

func (c Certificate) masked() Certificate {
	c.Number = cn.MaskCertificate(c.Kind, c.Number)
	return c
}

// maskDay keeps the year.
func maskDay(day string) string {
	if len(day) < 5 {
		return day
	}
	return day[:5] + "**-**"
}

// maskText hides a text of no known form altogether.
func maskText(s string) string {
	if s == "" {
		return ""
	}
	return strings.Repeat("*", 4)
}
