package mongostore

import (
	"encoding/json"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/cursor"
)

// record is a submission as it is kept. Doc is its JSON text; the fields before
// it repeat what queries look at. due is '~' when nothing is owed, which sorts
// after every day. Times are Unix milliseconds, 0 for never.
type record struct {
	Serial      int64    `bson:"_id"` // year * 10^9 + n of the number
	N           int64    `bson:"n"`   // the same: an index with other fields before it is walked by it
	ID          string   `bson:"id"`  // random: tells a document from another under its number
	Rev         int64    `bson:"rev"`
	State       string   `bson:"state"`
	Visibility  string   `bson:"visibility"`
	Notice      string   `bson:"notice"`
	Item        string   `bson:"item"`
	Channel     string   `bson:"channel"`
	Category    string   `bson:"category"`
	Owner       string   `bson:"owner"`
	Due         string   `bson:"due"`
	Submitted   bool     `bson:"submitted"`
	Owed        bool     `bson:"owed,omitempty"`
	Asked       bool     `bson:"asked,omitempty"`
	PublishedAt int64    `bson:"published_at"`
	PublicAt    int64    `bson:"public_at"`
	CodeMAC     []byte   `bson:"code_mac"`
	Suspect     bool     `bson:"suspect"`
	Likeness    string   `bson:"likeness"`
	ChangedAt   int64    `bson:"changed_at"` // when it was last written
	Ties        []string `bson:"ties,omitempty"`
	Doc         string   `bson:"doc"`
	Sealed      []byte   `bson:"sealed,omitempty"` // all of it; Doc then holds only what stands in clear
}

// recordOf is the record of a submission.
func recordOf(serial int64, s *feedback.Submission) (record, error) {
	bare := *s
	bare.Sealed = nil
	doc, err := json.Marshal(&bare)
	if err != nil {
		return record{}, fmt.Errorf("write document: %w", err)
	}
	mac := s.CodeMAC
	if mac == nil {
		mac = []byte{}
	}
	return record{
		Serial: serial, N: serial, ID: s.ID, Rev: s.Rev, State: string(s.State), Visibility: string(s.Visibility),
		Notice: s.Notice, Item: s.Item, Channel: string(s.Channel), Category: string(s.Category), Owner: s.Owner,
		Due: cursor.Due(s.Due), Submitted: s.Submitted(), Owed: s.Owing(), Asked: s.OpenEnquiry() != nil,
		PublishedAt: millis(s.PublishedAt), PublicAt: millis(s.PublicAt), CodeMAC: mac, Suspect: s.Suspected(), Likeness: s.Likeness, Ties: s.Ties,
		ChangedAt: time.Now().UnixMilli(),
		Doc:       string(doc), Sealed: s.Sealed,
	}, nil
}

// submission is the reverse; of one that is sealed, as much as tells where it
// stands and opens it.
func (r *record) submission() (feedback.Submission, error) {
	if r.Sealed == nil {
		return r.whole()
	}
	s := feedback.Submission{
		ID: r.ID, Number: cursor.Number(r.Serial), Rev: r.Rev, CodeMAC: r.CodeMAC, PublishedAt: instant(r.PublishedAt), Sealed: r.Sealed,
	}
	if r.Due != cursor.Due("") {
		s.Due = calendar.Day(r.Due)
	}
	return s, nil
}

// whole is everything that is kept. Number and revision are those of the
// fields, whatever the document says.
func (r *record) whole() (feedback.Submission, error) {
	var s feedback.Submission
	if err := json.Unmarshal([]byte(r.Doc), &s); err != nil {
		return s, fmt.Errorf("%s: %w: %w", cursor.Number(r.Serial), feedback.ErrDocument, err)
	}
	s.Number, s.Rev, s.Sealed = cursor.Number(r.Serial), r.Rev, r.Sealed
	return s, nil
}

// changed are the fields that a Replace writes: all but its identity.
func (r *record) changed() bson.D {
	return bson.D{
		{Key: "rev", Value: r.Rev}, {Key: "state", Value: r.State}, {Key: "visibility", Value: r.Visibility},
		{Key: "notice", Value: r.Notice}, {Key: "item", Value: r.Item}, {Key: "channel", Value: r.Channel},
		{Key: "category", Value: r.Category}, {Key: "owner", Value: r.Owner}, {Key: "due", Value: r.Due},
		{Key: "submitted", Value: r.Submitted}, {Key: "owed", Value: r.Owed}, {Key: "asked", Value: r.Asked}, {Key: "published_at", Value: r.PublishedAt},
		{Key: "public_at", Value: r.PublicAt}, {Key: "code_mac", Value: r.CodeMAC},
		{Key: "suspect", Value: r.Suspect}, {Key: "likeness", Value: r.Likeness}, {Key: "changed_at", Value: r.ChangedAt}, {Key: "ties", Value: r.Ties}, {Key: "doc", Value: r.Doc}, {Key: "sealed", Value: r.Sealed},
	}
}

// is matches a field with a value.
func is(field string, value any) bson.D { return bson.D{{Key: field, Value: value}} }

// change is an update of one field.
func change(operator, field string, value any) bson.D { return is(operator, is(field, value)) }

// millis is an instant as the store keeps it: Unix milliseconds, 0 for never.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// millisUp is the first whole millisecond at or after t.
func millisUp(t time.Time) int64 {
	ms := millis(t)
	if t.Truncate(time.Millisecond).Before(t) {
		ms++
	}
	return ms
}

// instant is the reverse of millis.
func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
