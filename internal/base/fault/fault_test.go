package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
)

var errMerged = fault.New(fault.Conflict, "customer.already_merged")

func TestCopiesMatchTheirSentinel(t *testing.T) {
	cause := errors.New("disk on fire")
	for _, err := range []error{
		errMerged,
		errMerged.With("into", 7),
		errMerged.Wrap(cause),
		fmt.Errorf("merge: %w", errMerged.With("into", 7).Wrap(cause)),
	} {
		if !errors.Is(err, errMerged) {
			t.Errorf("%v does not match its sentinel", err)
		}
		if got := fault.KindOf(err); got != fault.Conflict {
			t.Errorf("KindOf(%v) = %v, want Conflict", err, got)
		}
	}
	if !errors.Is(errMerged.Wrap(cause), cause) {
		t.Error("the cause is lost")
	}
	if errMerged.Params != nil {
		t.Error("With changed the sentinel")
	}
}

func TestUnforeseenErrorsAreInternal(t *testing.T) {
	if got := fault.KindOf(errors.New("boom")); got != fault.Internal {
		t.Errorf("KindOf = %v, want Internal", got)
	}
}

func TestValidationListsEveryField(t *testing.T) {
	var v fault.Validation
	v.Check(true, "name", "required")
	if err := v.Err(); err != nil {
		t.Fatalf("no field is wrong, got %v", err)
	}
	v.Check(false, "name", "required")
	v.Add("contacts[0].value", "phone_length", "min", 7)
	var e *fault.Error
	if !errors.As(v.Err(), &e) {
		t.Fatal("no *fault.Error")
	}
	if len(e.Fields) != 2 || e.Fields[1].Params["min"] != 7 {
		t.Errorf("fields = %+v", e.Fields)
	}
	if want := "input.invalid name=required contacts[0].value=phone_length"; e.Error() != want {
		t.Errorf("Error() = %q, want %q", e.Error(), want)
	}
}
