package feedback_test

import "testing"

func TestFindByNumberAndPhone(t *testing.T) {
	each(t, func(w *world) {
		in := complaint()
		in.CallerPhone = "15400003344"
		made := w.registered(in)
		for q, n := range map[string]int{made.CaseNo: 1, made.CaseNo[5:13]: 1, "15400003344": 1, "154 0000 9999": 0, "停电": 0} {
			found, err := w.Find(w.as(w.agent), q, 12)
			w.must(err)
			if len(found) != n {
				t.Errorf("%q finds %d cases, want %d", q, len(found), n)
			}
		}
	})
}
