package content_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rectify/content"
)

func TestMentions(t *testing.T) {
	for text, want := range map[string]string{
		"电话0600-555-0142；传真：0600-555-0143。":     "phone 0600-555-0142",
		"传　真：0600-5550143，电　话：0600-5550142":     "phone 0600-5550142",
		"邮　　编：990021，邮箱yijian@linshui.example。": "email yijian@linshui.example postcode 990021",
		"传真机坏了，请打13900001234":                   "phone 13900001234",
		"文号2025-000123":                         "",
	} {
		var all []string
		for _, m := range content.Mentions(text) {
			all = append(all, fmt.Sprint(m.Kind, " ", m.Text))
		}
		if got := strings.Join(all, " "); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// A text of nothing but numbers is read in time linear in its length.
func TestMentionsOfMany(t *testing.T) {
	start := time.Now()
	if got := len(content.Mentions(strings.Repeat("0600-5550142、", 50_000))); got != 50_000 {
		t.Errorf("%d mentions", got)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}
