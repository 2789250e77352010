package feedback_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
)

// A file is public while it is cleared and its submission published, and each of
// the two is a change that the public sees.
func TestClearedFiles(t *testing.T) {
	t.Parallel()
	moderator, now := staff("wangwu", feedback.Moderator), at()
	then := func() time.Time { now = now.Add(time.Minute); return now }
	s := sample(feedback.Accepted)
	s.Attachments = []feedback.Attachment{file('1'), file('2')}
	s = do(t, s, feedback.ClearFile{N: 2, Title: " 黑着的屏幕\u200b "}, moderator, then())
	if !s.PublicAt.IsZero() {
		t.Error("a file of a private submission is news to the public")
	}
	if _, _, ok := s.PublicFile(2); ok {
		t.Error("a file of a private submission is public")
	}
	s = do(t, s, feedback.Publish{}, moderator, then())
	f, blob, ok := s.PublicFile(2)
	if !ok || blob != s.Attachments[1].Blob || f.Title != "黑着的屏幕" || f.N != 2 || f.Width != 2 {
		t.Errorf("%+v, %s, %v", f, blob, ok)
	}
	for _, n := range []int{-1, 0, 1, 3} {
		if _, _, ok := s.PublicFile(n); ok {
			t.Errorf("file %d is public", n)
		}
	}
	p, _ := s.Public()
	if strings.Contains(fmt.Sprintf("%+v", p), "现场.jpg") {
		t.Error("the sender's own file name is public")
	}
	seen := s.PublicAt
	s = do(t, s, feedback.HideFile{N: 2}, moderator, then())
	if _, _, ok := s.PublicFile(2); ok || !s.PublicAt.After(seen) || s.Attachments[1].Title != "" {
		t.Error("a file that was taken back is public still, or nobody hears of it")
	}
	s = do(t, s, feedback.ClearFile{N: 1, Title: "门口"}, moderator, then())
	s = do(t, s, feedback.Unpublish{Note: "有误"}, moderator, then())
	if _, _, ok := s.PublicFile(1); ok {
		t.Error("a file of a tombstone is public")
	}
}

func TestFilesThatMayNotBeCleared(t *testing.T) {
	t.Parallel()
	moderator := staff("wangwu", feedback.Moderator)
	for name, c := range map[string]struct {
		change func(*feedback.Submission)
		action feedback.Action
		field  string
		err    error
	}{
		"no such file": {func(*feedback.Submission) {}, feedback.ClearFile{N: 2, Title: "图"}, "file", nil},
		"none":         {func(*feedback.Submission) {}, feedback.ClearFile{N: 0, Title: "图"}, "file", nil},
		"no title":     {func(*feedback.Submission) {}, feedback.ClearFile{N: 1, Title: " "}, "title", nil},
		"long title":   {func(*feedback.Submission) {}, feedback.ClearFile{N: 1, Title: strings.Repeat("长", 61)}, "title", nil},
		"names its author": {func(s *feedback.Submission) {
			s.Attachments[0].Kind, s.Attachments[0].Warnings = feedback.WordFile, []string{"author"}
		}, feedback.ClearFile{N: 1, Title: "说明"}, "title", nil},
		"erased":         {func(s *feedback.Submission) { s.Attachments[0].Gone = true }, feedback.ClearFile{N: 1, Title: "图"}, "title", nil},
		"clue":           {func(s *feedback.Submission) { s.Category = feedback.Clue }, feedback.ClearFile{N: 1, Title: "图"}, "", feedback.ErrClue},
		"hidden already": {func(*feedback.Submission) {}, feedback.HideFile{N: 1}, "", feedback.ErrMove},
		"twenty already": {func(s *feedback.Submission) {
			s.Attachments = make([]feedback.Attachment, feedback.MaxAllAttachments)
		}, feedback.AddScan{Files: []feedback.Attachment{file('9')}}, "files", nil},
		"no scan":      {func(*feedback.Submission) {}, feedback.AddScan{}, "files", nil},
		"unsound scan": {func(*feedback.Submission) {}, feedback.AddScan{Files: []feedback.Attachment{{Name: "x"}}}, "files", nil},
	} {
		s := sample(feedback.Accepted)
		s.Attachments = []feedback.Attachment{file('1')}
		c.change(&s)
		_, err := clocks().Apply(s, c.action, moderator, at())
		var invalid feedback.Invalid
		if c.err != nil && !errors.Is(err, c.err) || c.err == nil && (!errors.As(err, &invalid) || invalid.Field != c.field) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s := sample(feedback.Accepted)
	plain := file('1')
	plain.Kind, plain.Warnings = feedback.PDFFile, nil
	s.Attachments = []feedback.Attachment{plain}
	do(t, s, feedback.ClearFile{N: 1, Title: "说明"}, moderator, at())
}

// What comes later bears the name of who added it, and is cleared by nobody yet.
func TestFilesThatComeLater(t *testing.T) {
	t.Parallel()
	s := sample(feedback.Accepted)
	sly := file('1')
	sly.Cleared, sly.Title, sly.By = true, "x", "somebody"
	s = do(t, s, feedback.AddRemark{Text: "补一张照片", Files: []feedback.Attachment{sly}}, feedback.Sender(), at())
	s = do(t, s, feedback.AddScan{Files: []feedback.Attachment{file('2')}}, staff("lisi", feedback.Replier), at())
	s = do(t, s, feedback.Ask{Text: "哪里？"}, staff("lisi", feedback.Replier), at())
	s = do(t, s, feedback.Explain{Text: "这里", Files: []feedback.Attachment{file('3')}}, feedback.Sender(), at())
	if len(s.Attachments) != 3 {
		t.Fatalf("%+v", s.Attachments)
	}
	if a := s.Attachments[0]; a.Cleared || a.Title != "" || a.By != "" || !a.At.Equal(at()) {
		t.Errorf("%+v", a)
	}
	if a := s.Attachments[1]; a.By != "lisi" {
		t.Errorf("%+v", a)
	}
}
