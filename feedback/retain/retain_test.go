package retain_test

import (
	"fmt"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/calendar"
	"rectify/feedback/retain"
	"rectify/feedback/sqlitestore"
)

// Day by day what is over goes, once, and nothing of what is open; the dry run
// tells the same and changes nothing; the chain says what was done.
func TestRetention(t *testing.T) {
	st, err := sqlitestore.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	now := time.Date(2026, 1, 5, 2, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	clocks := feedback.Clocks{Rules: feedback.DefaultRules(), Days: calendar.New(nil)}
	keys, err := feedback.NewKeys(make([]byte, feedback.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	intake := &feedback.Intake{Store: st, Keys: keys, Clocks: clocks, Now: clock}
	office := &feedback.Office{Store: st, Clocks: clocks, Now: clock}
	chain := &audit.Chain{Store: st.Audit(), Now: clock}
	k := &retain.Keeper{Store: st, Office: office, Chain: chain, Now: clock}
	mo := feedback.Actor{Kind: feedback.Staff, ID: "mo", Roles: feedback.Roles()}
	file := func(end ...feedback.Action) feedback.Number {
		t.Helper()
		in := feedback.Incoming{Text: "屏幕坏了。", Category: feedback.Opinion, Contact: feedback.Contact{Phone: "13900001234"}, ContactConsent: true}
		r, err := intake.Submit(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range end {
			if _, err := office.Do(t.Context(), r.Number, int64(i+1), a, mo); err != nil {
				t.Fatal(err)
			}
		}
		return r.Number
	}
	open := file()
	spam := file(feedback.Reject{Reason: feedback.RejectSpam})
	refused := file(feedback.Reject{Reason: feedback.RejectPetition})
	rules := retain.Rules{Closed: 365, Refused: 30, Contact: 90, Audit: 200}
	for _, x := range []struct {
		day  int
		want string
	}{
		{1, "seen 3, erased 0, contacts 0, mails 0, files 0, audit 0"},
		{29, "seen 3, erased 0, contacts 0, mails 0, files 0, audit 0"},
		{31, "seen 3, erased 1, contacts 0, mails 0, files 0, audit 0"},
		{32, "seen 3, erased 0, contacts 0, mails 0, files 0, audit 0"},
		{91, "seen 3, erased 0, contacts 1, mails 0, files 0, audit 0"},
		{300, "seen 3, erased 0, contacts 0, mails 0, files 0, audit 1"},
		{366, "seen 3, erased 1, contacts 0, mails 0, files 0, audit 1"},
		{5000, "seen 3, erased 0, contacts 0, mails 0, files 0, audit 3"},
	} {
		now = time.Date(2026, 1, 5, 3, 0, 0, 0, time.UTC).AddDate(0, 0, x.day)
		dry, err := k.Run(t.Context(), rules, true)
		if err != nil {
			t.Fatal(err)
		}
		got, err := k.Run(t.Context(), rules, false)
		if err != nil || got.String() != x.want {
			t.Errorf("day %d: %s, %v; want %s", x.day, got, err, x.want)
		}
		if dry.Audit = got.Audit; dry != got {
			t.Errorf("day %d: dry run says %s", x.day, dry)
		}
		if _, err := audit.Check(t.Context(), st.Audit(), func(audit.Entry) {}); err != nil {
			t.Errorf("day %d: %v", x.day, err)
		}
	}
	for n, want := range map[feedback.Number]string{open: "屏幕坏了。 13900001234 false", spam: "  true", refused: "  true"} {
		s, err := st.Get(t.Context(), n)
		if got := fmt.Sprint(s.Text, " ", s.Contact.Phone, " ", s.Erased()); err != nil || got != want {
			t.Errorf("%s: %q, %v", n, got, err)
		}
	}
}
