package satisfaction

import (
	"math"

	"github.com/zhiyin-power/zhiyin/pls"
)

// Judgement says how a measure stands against the usual limits (Hair, Hult,
// Ringle, Sarstedt 2017, A Primer on PLS-SEM, ch. 4; Henseler, Ringle, Sarstedt
// 2015, JAMS 43 for HTMT). None: there is nothing to judge.
type Judgement string

// The judgements.
const (
	JudgedGood Judgement = "good"
	JudgedFair Judgement = "fair"
	JudgedPoor Judgement = "poor"
	JudgedNone Judgement = "none"
)

// above judges a measure that should be high.
func above(v Number, good, fair float64) Judgement {
	switch x := float64(v); {
	case math.IsNaN(x):
		return JudgedNone
	case x >= good:
		return JudgedGood
	case x >= fair:
		return JudgedFair
	}
	return JudgedPoor
}

// below judges a measure that should be low.
func below(v Number, good, fair float64) Judgement {
	switch x := float64(v); {
	case math.IsNaN(x):
		return JudgedNone
	case x < good:
		return JudgedGood
	case x < fair:
		return JudgedFair
	}
	return JudgedPoor
}

func worse(a, b Judgement) Judgement {
	order := map[Judgement]int{JudgedNone: 0, JudgedGood: 1, JudgedFair: 2, JudgedPoor: 3}
	if order[b] > order[a] {
		return b
	}
	return a
}

// judgeItem looks at the loading of a reflective item, at the VIF of a formative
// one.
func judgeItem(c ConstructResult, i ItemResult) Judgement {
	switch {
	case c.Items == 1:
		return JudgedNone
	case c.Mode == pls.ModeB:
		return below(i.VIF, 3, 5)
	}
	return above(i.Loading, 0.7, 0.4)
}

// judgeConstruct looks at composite reliability and AVE of a reflective block. A
// single item and a formative block have none.
func judgeConstruct(c ConstructResult) (reliability, convergence Judgement) {
	if c.Items == 1 || c.Mode == pls.ModeB {
		return JudgedNone, JudgedNone
	}
	return above(c.RhoC, 0.7, 0.6), above(c.AVE, 0.5, 0.4)
}

// judgePair looks at HTMT.
func judgePair(p PairResult) Judgement { return below(p.HTMT, 0.85, 0.9) }

// judgeR2 is after Chin (1998), in Marcoulides (ed.), Modern Methods for Business
// Research: substantial from 0.67, moderate from 0.33.
func judgeR2(r2 Number) Judgement { return above(r2, 0.67, 0.33) }
