package notary_test

import (
	"testing"

	"rectify/feedback"
	"rectify/feedback/audit"
)

// What is erased is erased and not altered: the log stays whole, says that the
// public sees it no more, and still proves the replies that do not quote it.
func TestErased(t *testing.T) {
	o := newOffice(t)
	plain, quoted := o.file("屏幕坏了。"), o.file("李四叔的屏幕坏了。")
	for n, reply := range map[feedback.Number]string{plain: "修好了。", quoted: "李四叔您好，修好了。"} {
		hide := []feedback.Redaction{{From: 0, To: 3, Kind: feedback.HiddenName}}
		o.do(n, "anna", feedback.Accept{Redactions: hide}, feedback.Publish{})
		o.do(n, "berta", feedback.DraftReply{Text: reply, Office: "科", Submit: true})
		o.do(n, "carla", feedback.Approve{})
	}
	_, err := o.notary.CatchUp(t.Context())
	o.must(err)
	o.sound()
	for _, n := range []feedback.Number{plain, quoted} {
		_, err := o.desk.DoBySender(t.Context(), n, feedback.Erase{})
		o.must(err)
	}
	_, err = o.notary.CatchUp(t.Context())
	o.must(err)
	for _, n := range []feedback.Number{plain, quoted} {
		if got := o.leaves(n); got[len(got)-1] != "gone erased" {
			t.Errorf("%s: %v", n, got)
		}
	}
	if f := o.sound(); f.Erased != 2 || f.Replies != 1 {
		t.Errorf("%d erased, %d replies held to their leaves", f.Erased, f.Replies)
	}
}

// The end of the audit chain is said in the log once, and again when it has
// grown; verify gets what the log says of it.
func TestAuditHeads(t *testing.T) {
	o := newOffice(t)
	o.notary.Audit = o.store.Audit()
	chain := &audit.Chain{Store: o.notary.Audit, Now: o.now}
	for range 3 {
		o.must(chain.Add(t.Context(), "anna", audit.Reveal, "", ""))
		o.must(o.notary.SayAudit(t.Context()))
		o.must(o.notary.SayAudit(t.Context()))
	}
	_, err := o.notary.CatchUp(t.Context())
	o.must(err)
	f := o.sound()
	if len(f.Audit) != 3 {
		t.Errorf("the log says of the chain: %v", f.Audit)
	}
	if n, err := audit.Verify(t.Context(), o.notary.Audit, f.Audit); err != nil || n != 3 {
		t.Errorf("%d entries, %v", n, err)
	}
}
