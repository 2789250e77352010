package notary

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"rectify/feedback"
	"rectify/feedback/cursor"
	"rectify/feedback/translog"
)

// What can be wrong between rows and leaves.
const (
	AlteredSubmission translog.Problem = "submission" // text, number, time of receipt or blind differ from the leaf
	MissingSubmission translog.Problem = "row"        // its leaf stands, its row is gone
	AlteredStatement  translog.Problem = "statement"  // what is public differs from the latest leaf
	AlteredReply      translog.Problem = "reply"      // a reply differs from its leaf, or is gone
	Unlogged          translog.Problem = "unlogged"   // stands without a leaf, though there was time for one
	AlteredVersion    translog.Problem = "version"    // a kept version of a notice differs from its leaf, or is gone
	AlteredRecord     translog.Problem = "record"     // what is said of a version (when, by whom, why) differs from its leaf
	WrongRef          translog.Problem = "ref"        // a leaf stands under another's name
)

// Archive is what is kept of notices.
type Archive struct {
	// Version answers a kept version as its leaves should tell it, and false if
	// there is none.
	Version func(ctx context.Context, slug string, n int) (v VersionLeaf, ok bool, err error)
	// All tells every version that is kept, and when the site first showed it.
	All func(ctx context.Context, each func(slug string, n int, at time.Time)) error
}

// Findings are what Verify answers beside the faults.
type Findings struct {
	*translog.Report
	Receipts, Opinions, Replies, Versions int              // held to their leaves
	Waiting                               int              // so new that their leaves may still come
	Older                                 int              // submissions from before the log, without a blind
	Erased                                int              // submissions whose person's data were taken out
	Unkept                                int              // versions that were not looked at, for want of an archive
	Audited                               int64            // entries of the audit chain, filled in by who verifies that
	Audit                                 map[int64]string // what the log says of the audit chain, by the entry that was its last
}

// slack is how long a row may stand without its leaf: the copies of a site may
// be busy, and a number may be filed late. lag is how far the log may be behind
// the newest rows after a flood, which it takes in at its own pace.
const (
	slack = 10 * time.Minute
	lag   = 24 * time.Hour
)

// Verify checks the log that is kept, every row against its leaf, and every
// leaf against its row. It changes nothing. An error means that something could
// not be read. Without an archive versions of notices are not looked at.
func Verify(ctx context.Context, store feedback.Store, log translog.Store, v translog.Verifier, kept *Archive, now time.Time) (*Findings, error) {
	a := &auditor{
		ctx: ctx, now: now, f: &Findings{Audit: make(map[int64]string)}, leaves: leaves{
			receipts: make(map[int64]leafAt), said: make(map[int64]leafAt), replies: make(map[string]leafAt),
			records: make(map[string]leafAt), top: make(map[int]int64),
		},
	}
	report, err := translog.Check(ctx, log, v, a.leaf)
	a.f.Report = report
	if err != nil {
		return a.f, err
	}
	q := feedback.Query{Sort: feedback.ByNumber, Limit: feedback.MaxPage}
	for {
		page, next, err := store.List(ctx, q)
		if err != nil {
			return a.f, fmt.Errorf("verify submissions: %w", err)
		}
		for i := range page {
			a.row(&page[i])
		}
		if q.After = next; next == "" {
			break
		}
	}
	a.left()
	err = a.archive(kept)
	slices.SortStableFunc(a.f.Faults, func(x, y translog.Fault) int { return cmp.Compare(uint64(x.Index), uint64(y.Index)) }) //nolint:gosec // -1 sorts last so
	return a.f, err
}

// leafAt is a leaf and where it stands.
type leafAt struct {
	index int64
	at    int64
	leaf  translog.Leaf
}

// leaves are what the log tells, by what it is about.
type leaves struct {
	receipts map[int64]leafAt  // by serial
	said     map[int64]leafAt  // the latest, by serial
	replies  map[string]leafAt // by ref
	notices  []leafAt
	records  map[string]leafAt // by ref
	top      map[int]int64     // highest logged serial, by year
}

type auditor struct {
	ctx    context.Context
	now    time.Time
	f      *Findings
	leaves leaves
}

func (a *auditor) fault(p translog.Problem, index int64, format string, args ...any) {
	a.f.Add(translog.Fault{Problem: p, Index: index, Detail: fmt.Sprintf(format, args...)})
}

// leaf takes down one entry of the log.
func (a *auditor) leaf(e translog.Entry) *translog.Fault {
	leaf, err := translog.ParseLeaf(e.Leaf)
	if err != nil {
		return nil // named already
	}
	if !refFits(e, leaf) {
		return &translog.Fault{Problem: WrongRef, Detail: fmt.Sprintf("%q under %q", e.Leaf, e.Ref)}
	}
	x := leafAt{index: e.Index, at: e.At, leaf: leaf}
	serial, _ := cursor.Serial(feedback.Number(leaf.Name))
	switch leaf.Kind {
	case translog.KindReceipt:
		serial, _ = serialOfKey(e.Ref, "s/")
		a.leaves.receipts[serial] = x
		year := int(serial / (cursor.MaxSerial + 1))
		a.leaves.top[year] = max(a.leaves.top[year], serial)
	case translog.KindOpinion, translog.KindGone:
		a.leaves.said[serial] = x
	case translog.KindReply:
		a.leaves.replies[e.Ref] = x
	case translog.KindNotice:
		a.leaves.notices = append(a.leaves.notices, x)
	case translog.KindRecord:
		a.leaves.records[e.Ref] = x
	case translog.KindAudit:
		seq, _ := auditSeq(e.Ref)
		a.f.Audit[seq] = leaf.Digest
	}
	return nil
}

// row holds one submission to its leaves, and takes them off the list.
func (a *auditor) row(s *feedback.Submission) {
	serial, _ := cursor.Serial(s.Number)
	a.receipt(s, serial)
	a.statement(s, serial)
}

func (a *auditor) receipt(s *feedback.Submission, serial int64) {
	x, logged := a.leaves.receipts[serial]
	delete(a.leaves.receipts, serial)
	digest, blinded := commitment(s)
	switch {
	case erased(s):
		a.f.Erased++
	case logged && (!blinded || digest != x.leaf.Digest):
		a.fault(AlteredSubmission, x.index, "%s differs from its leaf in text, time of receipt or blind", s.Number)
	case logged:
		a.f.Receipts++
	case !blinded:
		a.f.Older++
	case a.within(slack, s.Received), a.within(lag, s.Received) && serial > a.leaves.top[int(serial/(cursor.MaxSerial+1))]:
		a.f.Waiting++
	default:
		a.fault(Unlogged, -1, "%s has no leaf", s.Number)
	}
}

// within reports whether something is so new that its leaf may still come.
func (a *auditor) within(d time.Duration, t time.Time) bool {
	return t.After(a.now.Add(-d)) || !a.f.Head.At.IsZero() && t.After(a.f.Head.At.Add(-d))
}

func (a *auditor) statement(s *feedback.Submission, serial int64) {
	x, logged := a.leaves.said[serial]
	delete(a.leaves.said, serial)
	pub, shown := s.Public()
	statement, _ := StatementOf(pub)
	a.replies(s, serial, shown && pub.Gone == feedback.NotGone)
	if !shown && !logged {
		return
	}
	want := publicLeaf(pub, shown, statement, s.Number)
	changed := !logged || x.at != s.PublicAt.UnixMilli() // the workflow knows of a change since
	switch {
	case logged && x.leaf == want:
		a.f.Opinions++
	case changed && a.within(slack, s.PublicAt):
		a.f.Waiting++
	case !logged:
		a.fault(Unlogged, -1, "%s is public and has no leaf", s.Number)
	default:
		a.fault(AlteredStatement, x.index, "%s: what is public differs from its leaf", s.Number)
	}
}

// replies holds the replies that are public, and those that were, to their
// leaves: as they were given, also where their text is shown no more.
func (a *auditor) replies(s *feedback.Submission, serial int64, public bool) {
	for _, given := range s.GivenReplies() {
		r := replyStatement(given)
		ref := replyRef(serial, r.N)
		x, logged := a.leaves.replies[ref]
		delete(a.leaves.replies, ref)
		switch {
		case erased(s) && (r.Text == "" || r.Corrects > 0 && r.Why == ""): // it quoted what was taken out
		case logged && x.leaf.Digest != digestOf(r):
			a.fault(AlteredReply, x.index, "%s: reply %d differs from its leaf", s.Number, r.N)
		case logged:
			a.f.Replies++
		case !public || given.Hidden: // was not shown, or not for long enough
		case a.within(slack, s.PublicAt):
			a.f.Waiting++
		default:
			a.fault(Unlogged, -1, "%s: reply %d is public and has no leaf", s.Number, r.N)
		}
	}
}

// left names the leaves to which no row belongs.
func (a *auditor) left() {
	for serial, x := range a.leaves.receipts {
		a.fault(MissingSubmission, x.index, "%s stands in the log and not in the store", cursor.Number(serial))
	}
	for serial, x := range a.leaves.said {
		a.fault(MissingSubmission, x.index, "%s was public and is not in the store", cursor.Number(serial))
	}
	for _, x := range a.leaves.replies {
		a.fault(AlteredReply, x.index, "%s: reply %d is gone", x.leaf.Name, x.leaf.N)
	}
}

// archive holds kept versions of notices to their leaves, and the reverse.
func (a *auditor) archive(kept *Archive) error {
	if kept == nil {
		a.f.Unkept = len(a.leaves.notices)
		return nil
	}
	logged := make(map[string]bool, len(a.leaves.notices))
	for _, x := range a.leaves.notices {
		logged[versionRef(x.leaf.Name, x.leaf.N)] = true
		if err := a.version(kept, x); err != nil {
			return fmt.Errorf("verify version %d of %s: %w", x.leaf.N, x.leaf.Name, err)
		}
	}
	err := kept.All(a.ctx, func(slug string, n int, at time.Time) {
		switch {
		case logged[versionRef(slug, n)]:
		case a.within(slack, at):
			a.f.Waiting++
		default:
			a.fault(Unlogged, -1, "version %d of %s has no leaf", n, slug)
		}
	})
	if err != nil {
		return fmt.Errorf("verify versions: %w", err)
	}
	return nil
}

func (a *auditor) version(kept *Archive, x leafAt) error {
	v, ok, err := kept.Version(a.ctx, x.leaf.Name, x.leaf.N)
	record, told := a.leaves.records[recordRef(x.leaf.Name, x.leaf.N)] // a log from before it told this has none
	switch {
	case err != nil:
		return err
	case !ok:
		a.fault(AlteredVersion, x.index, "version %d of %s is gone", x.leaf.N, x.leaf.Name)
	case v.Digest != x.leaf.Digest:
		a.fault(AlteredVersion, x.index, "version %d of %s differs from its leaf", x.leaf.N, x.leaf.Name)
	case told && v.Record != record.leaf.Digest:
		a.fault(AlteredRecord, record.index, "version %d of %s: time, name or reason differ from the leaf", x.leaf.N, x.leaf.Name)
	default:
		a.f.Versions++
	}
	return nil
}
