package supply

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

// What tests outside of the package need of its inside: the rules in the tags, and
// the use cases that are otherwise only reached over the API.

// Refusal is what the tags of an input say against it.
func Refusal(input any) error { return checked(input) }

func AddAccount(ctx context.Context, s *Service, key string, in AccountInput) (*Account, error) {
	return create(ctx, s, accountNoun, id.ID{}, key, in)
}

func ChangeAccount(ctx context.Context, s *Service, a Account) (*Account, error) {
	return update(ctx, s, accountNoun, a.ID, a.Version, a.AccountInput)
}

func RemoveAccount(ctx context.Context, s *Service, a Account) error {
	return remove(ctx, s, accountNoun, a.ID, a.Version)
}

func AddPoint(ctx context.Context, s *Service, in PointInput) (*Point, error) {
	return create(ctx, s, pointNoun, id.ID{}, "", in)
}

func ChangePoint(ctx context.Context, s *Service, p Point) (*Point, error) {
	return update(ctx, s, pointNoun, p.ID, p.Version, p.PointInput)
}

func AddLine(ctx context.Context, s *Service, in LineInput) (*Line, error) {
	return create(ctx, s, lineNoun, id.ID{}, "", in)
}

func ChangeLine(ctx context.Context, s *Service, l Line) (*Line, error) {
	return update(ctx, s, lineNoun, l.ID, l.Version, l.LineInput)
}

func ChangeDistrict(ctx context.Context, s *Service, d District) (*District, error) {
	return update(ctx, s, districtNoun, d.ID, d.Version, d.DistrictInput)
}

func AddMeter(ctx context.Context, s *Service, in MeterInput) (*Meter, error) {
	return create(ctx, s, meterNoun, id.ID{}, "", in)
}

// ReadAccount, ReadPoint, ReadLine and ReadDistrict read one record.
func ReadAccount(ctx context.Context, s *Service, i id.ID) (*Account, error) {
	return one(ctx, s, accountNoun, i)
}

func ReadPoint(ctx context.Context, s *Service, i id.ID) (*Point, error) {
	return one(ctx, s, pointNoun, i)
}

func ReadLine(ctx context.Context, s *Service, i id.ID) (*Line, error) {
	return one(ctx, s, lineNoun, i)
}

func ReadDistrict(ctx context.Context, s *Service, i id.ID) (*District, error) {
	return one(ctx, s, districtNoun, i)
}
