package feedback_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
)

// rich is a submission with words of its sender in every place that has room
// for them.
func rich() feedback.Submission {
	s := sample(feedback.Answered)
	s.Text, s.Corrections = "SECRET 张三", []feedback.Remark{{At: at(), Text: "SECRET 李四叔"}}
	s.Redactions = []feedback.Redaction{{From: 7, To: 10, Kind: feedback.HiddenName}}
	s.Contact = feedback.Contact{Name: "SECRET", Phone: "13900001234", Email: "SECRET@example.cn"}
	s.Remarks = []feedback.Remark{{At: at(), Text: "SECRET"}}
	s.Rating = &feedback.Rating{Solved: 2, Word: "SECRET"}
	s.Review = &feedback.Review{At: at(), Reason: "SECRET"}
	s.Enquiries = []feedback.Enquiry{{At: at(), By: "lisi", Text: "SECRET？", Answer: "SECRET", Answered: at()}}
	s.Mails = []feedback.Mail{{Digest: "d", MessageID: "SECRET", Subject: "SECRET", Raw: "00112233445566778899aabbccddeeff"}}
	s.Attachments = []feedback.Attachment{{Blob: "ffeeddccbbaa99887766554433221100", Name: "SECRET.jpg"}}
	s.Paper = &feedback.Paper{Addressee: "SECRET"}
	s.Blind = make([]byte, feedback.BlindSize)
	s.Events = append(s.Events, feedback.Event{At: at(), Act: feedback.ActNote, Kind: feedback.Staff, By: "lisi", Note: "SECRET来过"})
	s.Replies = append(s.Replies, feedback.Reply{Text: "李四叔您好，已修好。", Office: "办公室", ApprovedBy: "zhaoliu", ApprovedAt: at()})
	s.Visibility, s.PublishedAt = feedback.Published, at()
	return s
}

// Nothing that the sender wrote is left, the figures and the body's own words
// are; the public sees that it was erased; and nobody writes into it any more.
func TestErase(t *testing.T) {
	s := rich()
	if n := len(s.Blobs()); n != 2 {
		t.Errorf("%d blobs to delete, want 2", n)
	}
	got, err := clocks().Apply(s, feedback.Erase{}, feedback.Sender(), at().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"SECRET", "李四叔", "张三", "13900001234", "ffeedd", "001122"} {
		if strings.Contains(string(text), word) {
			t.Errorf("%s is left: %s", word, text)
		}
	}
	if got.Number != s.Number || got.Category != s.Category || got.State != feedback.Answered || got.Rating.Solved != 2 || !got.Received.Equal(s.Received) ||
		got.Replies[0].Text != "已修好。" || got.Replies[1].Text != "" || got.Replies[1].Office != "办公室" || len(got.Events) != len(s.Events)+1 {
		t.Errorf("too much is gone: %s", text)
	}
	pub, shown := got.Public()
	if !shown || pub.Gone != feedback.Wiped || pub.Text != nil || pub.Replies != nil || got.PublicAt.IsZero() {
		t.Errorf("the public sees %+v", pub)
	}
	for act, a := range acts() {
		for _, who := range []feedback.Actor{feedback.Sender(), feedback.Program(), staff("wangwu", feedback.Roles()...)} {
			if _, err := clocks().Apply(got, a, who, at().Add(2*time.Hour)); err == nil {
				t.Errorf("%s is done to what was erased", act)
			}
		}
	}
	withdrawn, err := clocks().Apply(sample(feedback.Received), feedback.Withdraw{}, feedback.Sender(), at())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := clocks().Apply(withdrawn, feedback.Erase{}, feedback.Sender(), at()); err != nil {
		t.Errorf("what was withdrawn: %v", err)
	}
	if _, err := clocks().Apply(s, feedback.Erase{}, staff("wangwu", feedback.Roles()...), at()); !errors.Is(err, feedback.ErrRole) {
		t.Errorf("by staff: %v", err)
	}
}

// What expires goes once, never while a matter is open, and does not begin the
// time for keeping anew.
func TestExpire(t *testing.T) {
	s := rich()
	settled := s.Settled()
	for _, what := range []feedback.Expiring{feedback.ExpireContact, feedback.ExpireMails, feedback.ExpireFiles} {
		next, err := clocks().Apply(s, feedback.Expire{What: what}, feedback.Program(), at().Add(time.Hour))
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if _, err := clocks().Apply(next, feedback.Expire{What: what}, feedback.Program(), at()); !errors.Is(err, feedback.ErrMove) {
			t.Errorf("%s a second time: %v", what, err)
		}
		s = next
	}
	if !s.Contact.Empty() || len(s.Blobs()) != 0 || s.Text == "" || !s.Settled().Equal(settled) {
		t.Errorf("after all: %+v", s)
	}
	if _, err := clocks().Apply(s, feedback.Expire{What: "text"}, feedback.Program(), at()); !errors.Is(err, feedback.ErrMove) {
		t.Errorf("something else: %v", err)
	}
	open := sample(feedback.Drafted)
	if !open.Settled().IsZero() {
		t.Error("what is open is settled")
	}
}
