package subscribe

import (
	"strings"
	"time"

	"rectify/feedback"
)

// Topic is what somebody wants to hear of, as a text that store and links can
// carry: notice/SLUG, leaf/SLUG/ID, opinion/NUMBER.
type Topic string

// The kinds of topics.
const (
	KindNotice  = "notice"
	KindLeaf    = "leaf"
	KindOpinion = "opinion"
)

// Bounds of what one subscriber may have.
const (
	MaxTopics = 50
	maxTopic  = 200
)

// OnNotice is everything about one notice.
func OnNotice(slug string) Topic { return Topic(KindNotice + "/" + slug) }

// OnLeaf is everything about one leaf of a notice.
func OnLeaf(slug, id string) Topic { return Topic(KindLeaf + "/" + slug + "/" + id) }

// OnOpinion is everything about one published submission.
func OnOpinion(n feedback.Number) Topic { return Topic(KindOpinion + "/" + string(n)) }

// ParseTopic checks the form of a topic; whether what it names is there is for
// the caller to say.
func ParseTopic(s string) (Topic, bool) {
	kind, a, b := Topic(s).Parts()
	if len(s) > maxTopic || a == "" {
		return "", false
	}
	switch kind {
	case KindNotice:
		return Topic(s), b == "" && !strings.Contains(a, "/")
	case KindLeaf:
		return Topic(s), b != "" && !strings.Contains(b, "/")
	case KindOpinion:
		n, ok := feedback.ParseNumber(a)
		return OnOpinion(n), ok && b == ""
	}
	return "", false
}

// Parts are the kind and what it names: the slug of a notice, slug and id of a
// leaf, or a number.
func (t Topic) Parts() (kind, name, item string) {
	kind, rest, _ := strings.Cut(string(t), "/")
	name, item, _ = strings.Cut(rest, "/")
	return kind, name, item
}

// Subscription (订阅) is one topic of one subscriber.
type Subscription struct {
	ID      string    `json:"id"` // of who and topic: nobody has a topic twice
	Rev     int64     `json:"rev"`
	Who     string    `json:"who"` // keyed digest of the address
	Topic   Topic     `json:"topic"`
	Address []byte    `json:"address"`          // sealed, with Who as what it belongs to
	Active  bool      `json:"active,omitempty"` // confirmed
	Created time.Time `json:"created"`          // asked for, then confirmed
	Seen    time.Time `json:"seen"`             // of the newest news that it heard of
	Stirred time.Time `json:"stirred,omitzero"` // since when there is news that was not told
	Told    time.Time `json:"told,omitzero"`    // of the last letter to the subscriber
	Last    time.Time `json:"last,omitzero"`    // of the last letter that had news of this topic
}
