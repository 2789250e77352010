package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"time"

	"rectify/feedback"
	"rectify/feedback/backup"
	"rectify/feedback/calendar"
)

// fillTarget is the store that is filled: by the way that a restore takes.
type fillTarget interface {
	Import(ctx context.Context, list []feedback.Submission) error
	ImportSeries(ctx context.Context, list []backup.Series) error
}

// benchNotices are those that made-up submissions are about.
func benchNotices() []string {
	return []string{"culture-tourism-2023", "venue-safety-2026", "village-roads-2024", "school-meals-2025"}
}

// fillQueue files n submissions, the same ones for the same n. A fifth of them
// is open, more than any office would have: of every view, filter and order there
// is more than one page already among 10,000.
func fillQueue(ctx context.Context, into fillTarget, n int) error {
	now := time.Now().UTC().Truncate(time.Millisecond)
	r := rand.New(rand.NewPCG(1, uint64(n))) //nolint:gosec // a measure, no secret
	batch := make([]feedback.Submission, 0, 500)
	for i := range n {
		batch = append(batch, benchSubmission(r, i, n, now))
		if len(batch) < cap(batch) && i < n-1 {
			continue
		}
		if err := into.Import(ctx, batch); err != nil {
			return err
		}
		batch = batch[:0]
	}
	return into.ImportSeries(ctx, []backup.Series{{Year: now.Year(), Last: int64(n)}})
}

// benchSubmission is the ith of n.
func benchSubmission(r *rand.Rand, i, n int, now time.Time) feedback.Submission {
	id := sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(i))) //nolint:gosec // i is not negative
	s := feedback.Submission{
		ID: hex.EncodeToString(id[:16]), Number: feedback.MakeNumber(now.Year(), int64(i+1)), Rev: 1,
		Notice: benchNotices()[r.IntN(4)], Item: fmt.Sprint(1 + r.IntN(5)), State: benchState(r), Visibility: feedback.Private,
		Channel:  feedback.Channels()[r.IntN(len(feedback.Channels()))],
		Category: feedback.Categories()[r.IntN(len(feedback.Categories()))],
		Text:     fmt.Sprintf("%s（第%d次）", benchText, i), CodeMAC: id[:], Likeness: hex.EncodeToString(id[16:24]),
		Received: now.Add(-time.Duration(n-i) * time.Minute),
	}
	s.Events = []feedback.Event{{At: s.Received, Act: feedback.ActReceive, Kind: feedback.Citizen, To: feedback.Received}}
	if r.IntN(50) == 0 {
		s.Likeness = fmt.Sprintf("%016x", r.IntN(1+n/2000)) // of some campaign
	}
	if s.State.Open() {
		s.Due = calendar.On(now).Add(r.IntN(13) - 4)
	}
	switch s.State {
	case feedback.Received:
		if r.IntN(4) == 0 {
			s.Suspect = []string{"haste"}
		}
	case feedback.Assigned, feedback.Drafted, feedback.Answered, feedback.Closed, feedback.Reopened:
		s.Owner = fmt.Sprintf("worker%d", r.IntN(9))
		if r.IntN(9) == 0 {
			s.Owner = "bench"
		}
	}
	benchTalk(r, &s)
	return s
}

// benchTalk adds what was said since.
func benchTalk(r *rand.Rand, s *feedback.Submission) {
	reply := feedback.Reply{Text: benchText, Office: "公共服务科", Drafters: []string{s.Owner}, At: s.Received}
	switch s.State {
	case feedback.Drafted:
		reply.Submitted = r.IntN(2) == 0
		s.Draft = &reply
	case feedback.Answered, feedback.Closed:
		reply.ApprovedBy, reply.ApprovedAt = "approver", s.Received.Add(time.Hour)
		s.Replies, s.Moderated, s.AnsweredAt = []feedback.Reply{reply}, s.Received, reply.ApprovedAt
		if r.IntN(2) == 0 {
			s.PublishConsent, s.Visibility, s.PublishedAt, s.PublicAt = true, feedback.Published, s.Received, s.Received
		}
	case feedback.Accepted, feedback.Assigned:
		if r.IntN(8) == 0 {
			s.Enquiries = []feedback.Enquiry{{At: s.Received, By: "worker1", Text: "是哪一天的事？"}}
		}
	}
}

// benchState draws a state.
func benchState(r *rand.Rand) feedback.State {
	for _, x := range []struct {
		share int
		state feedback.State
	}{
		{5, feedback.Received}, {5, feedback.Accepted}, {5, feedback.Assigned}, {4, feedback.Drafted}, {1, feedback.Reopened},
		{5, feedback.Answered}, {60, feedback.Closed}, {10, feedback.Rejected},
	} {
		if r.IntN(100) < x.share {
			return x.state
		}
	}
	return feedback.Merged
}
