package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/calendar"
	"rectify/site/i18n"
	"rectify/site/table"
	"rectify/site/ui"
)

// exportDataCmd writes submissions out as data: those that everybody may see, as
// everybody sees them, or the whole register of the body with the original texts.
type exportDataCmd struct {
	stored
	Format   string `help:"csv, json or xlsx." enum:"csv,json,xlsx" required:""`
	Out      string `help:"File to write, readable by its owner only; must be new. Standard output where none is given." type:"path" placeholder:"FILE"`
	Register bool   `help:"All submissions with their original texts, not only what is public. Contact details stay out. Recorded in the audit chain."`
	Reason   string `help:"Why; needed with --register." placeholder:"TEXT"`
}

// exported is one submission as data.
type exported struct {
	Number    feedback.Number   `json:"number"`
	Notice    string            `json:"notice,omitempty"`
	Item      string            `json:"item,omitempty"`
	Channel   feedback.Channel  `json:"channel"`
	Category  feedback.Category `json:"category"`
	State     feedback.State    `json:"state"`
	Received  calendar.Day      `json:"received"`
	Due       calendar.Day      `json:"due,omitempty"`
	Owner     string            `json:"owner,omitempty"`
	Published calendar.Day      `json:"published,omitempty"`
	Text      string            `json:"text"`
	Solved    int               `json:"solved,omitempty"`
	Replies   []exportedReply   `json:"replies"`
}

type exportedReply struct {
	Answered calendar.Day `json:"answered"`
	Office   string       `json:"office"`
	Text     string       `json:"text"`
}

// Run writes all of it or nothing.
func (c *exportDataCmd) Run(ctx context.Context) error {
	if c.Register && strings.TrimSpace(c.Reason) == "" {
		return fmt.Errorf("--register: say why with --reason: %w", errUsage)
	}
	words, err := i18n.Load()
	if err != nil {
		return err
	}
	st, err := c.openSealed(ctx, false)
	if err != nil {
		return err
	}
	list, err := c.read(ctx, st, words)
	if err == nil && c.Register {
		err = atConsole(ctx, st, audit.Export, "register", c.Reason) // nothing goes out that was not recorded
	}
	if err = errors.Join(err, st.Close()); err != nil {
		return err
	}
	data, err := c.written(list, words)
	if err != nil {
		return err
	}
	if c.Out == "" {
		_, err = os.Stdout.Write(data)
		return err
	}
	f, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// read takes what is asked for out of the store, in the order of numbers.
func (c *exportDataCmd) read(ctx context.Context, st store, words *i18n.Catalogue) ([]exported, error) {
	q := feedback.Query{Sort: feedback.ByNumber, Limit: feedback.MaxPage}
	if !c.Register {
		q.Visibility, q.Sort = feedback.Published, feedback.ByPublished
	}
	list := []exported{}
	for {
		page, next, err := st.List(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("export: %w", err)
		}
		for i := range page {
			s := &page[i]
			if pub, ok := s.Public(); ok && pub.Gone == feedback.NotGone && !c.Register {
				list = append(list, publicly(pub, words))
			} else if c.Register {
				list = append(list, registered(s))
			}
		}
		if q.After = next; next == "" {
			slices.SortFunc(list, func(a, b exported) int { return strings.Compare(string(a.Number), string(b.Number)) })
			return list, nil
		}
	}
}

// publicly is a submission as everybody sees it.
func publicly(p feedback.Public, words *i18n.Catalogue) exported {
	x := exported{
		Number: p.Number, Notice: p.Notice, Item: p.Item, Channel: p.Channel, Category: p.Category, State: p.State,
		Received: p.Received, Published: p.Shown, Text: ui.Spoken(words, i18n.Chinese, p.Text), Solved: p.Solved, Replies: []exportedReply{},
	}
	for _, r := range feedback.Standing(p.Replies) {
		x.Replies = append(x.Replies, exportedReply{r.Answered, r.Office, r.Text})
	}
	return x
}

// registered is a submission as the body keeps it, without the sender.
func registered(s *feedback.Submission) exported {
	x := exported{
		Number: s.Number, Notice: s.Notice, Item: s.Item, Channel: s.Channel, Category: s.Category, State: s.State,
		Received: calendar.On(s.Received), Due: s.Due, Owner: s.Owner, Text: s.Current(), Replies: []exportedReply{},
	}
	if !s.PublishedAt.IsZero() {
		x.Published = calendar.On(s.PublishedAt)
	}
	if s.Rating != nil {
		x.Solved = s.Rating.Solved
	}
	for _, r := range feedback.Standing(s.PublicReplies()) {
		x.Replies = append(x.Replies, exportedReply{r.Answered, r.Office, r.Text})
	}
	return x
}

// mostExported is how many rows a sheet of a spreadsheet holds beside its head.
const mostExported = 1<<20 - 1

var errTooMany = errors.New("too many for one sheet; use csv or json")

// written is the list in the format that was asked for. In tables codes are
// words, and replies stand in one cell.
func (c *exportDataCmd) written(list []exported, words *i18n.Catalogue) ([]byte, error) {
	if c.Format == "json" {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		err := e.Encode(list)
		return b.Bytes(), err
	}
	say := func(code string) string { return words.Text(i18n.Chinese, code) }
	t := table.Table{Name: say("export.name") + time.Now().In(calendar.Beijing()).Format("20060102"), Texts: 13}
	for _, col := range []string{"number", "notice", "item", "channel", "category", "state", "received", "due", "owner", "published", "text", "solved", "replies"} {
		t.Columns = append(t.Columns, say("export."+col))
	}
	for _, x := range list {
		var replies []string
		for _, r := range x.Replies {
			replies = append(replies, string(r.Answered)+" "+r.Office+"："+r.Text)
		}
		solved := ""
		if x.Solved > 0 {
			solved = say("solved." + strconv.Itoa(x.Solved))
		}
		t.Rows = append(t.Rows, []string{
			string(x.Number), x.Notice, x.Item, say("channel." + string(x.Channel)), say("category." + string(x.Category)), say("state." + string(x.State)),
			string(x.Received), string(x.Due), x.Owner, string(x.Published), x.Text, solved, strings.Join(replies, "\n"),
		})
	}
	if c.Format == "csv" {
		return t.CSV()
	}
	if len(t.Rows) > mostExported {
		return nil, errTooMany
	}
	return table.XLSX([]table.Table{t})
}
