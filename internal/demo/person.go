package demo

import (
	"fmt"
	"math/rand/v2"
	"sort"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
)

// picker draws from a weighted list.
type picker struct {
	names []string
	sums  []int
}

func newPicker(list []cn.WeightedName) picker {
	p := picker{}
	sum := 0
	for _, w := range list {
		sum += w.Weight
		p.names, p.sums = append(p.names, w.Text), append(p.sums, sum)
	}
	return p
}

func (p picker) draw(r *rand.Rand) string {
	n := r.IntN(p.sums[len(p.sums)-1])
	return p.names[sort.SearchInts(p.sums, n+1)]
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// chance is true in so many of a hundred cases.
func chance(r *rand.Rand, percent int) bool { return r.IntN(100) < percent }

// names makes people. It is made once: the tables are large.
type names struct {
	surnames picker
	given    map[cn.Sex]map[int][]rune // by decade of birth
}

func newNames() names {
	n := names{surnames: newPicker(cn.Surnames()), given: map[cn.Sex]map[int][]rune{}}
	for _, sex := range []cn.Sex{cn.Male, cn.Female} {
		n.given[sex] = map[int][]rune{}
		for decade := 1930; decade <= 2020; decade += 10 {
			n.given[sex][decade] = cn.GivenCharacters(sex, decade+5)
		}
	}
	return n
}

// person draws a name. One of nine has a single-character given name.
func (n names) person(r *rand.Rand, sex cn.Sex, year int) string {
	given := n.given[sex][year/10*10]
	name := n.surnames.draw(r) + string(pick(r, given))
	if r.IntN(9) != 0 {
		name += string(pick(r, given))
	}
	return name
}

// mobile draws a number under a prefix no operator has.
func mobile(r *rand.Rand) string {
	return fmt.Sprintf("%s%08d", cn.UnallocatedMobilePrefix, r.IntN(100_000_000))
}

// residentID draws a number of a region that was never assigned.
func residentID(r *rand.Rand, sex cn.Sex, birth string) string {
	sequence := r.IntN(500) * 2
	if sex == cn.Male {
		sequence++
	}
	number, err := cn.SyntheticResidentID(cn.UnassignedRegion, birth, sequence)
	if err != nil {
		panic(err) // region and day are ours
	}
	return number
}

const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// creditCode draws a unified social credit code of the region never assigned.
// The entity class is 91 enterprise, 92 sole trader or 11 authority.
func creditCode(r *rand.Rand, class string) string {
	body := make([]byte, 8)
	for i := range body {
		body[i] = creditAlphabet[r.IntN(len(creditAlphabet))]
	}
	own, err := cn.OrganisationCodeCheckDigit(string(body))
	if err != nil {
		panic(err) // the characters are of its alphabet
	}
	code := class + cn.UnassignedRegion + string(body) + string(own)
	check, err := cn.USCCCheckDigit(code)
	if err != nil {
		panic(err)
	}
	return code + string(check)
}
