package site_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/figures"
	"rectify/feedback/outbox"
	"rectify/feedback/staff"
	"rectify/site"
	"rectify/site/body"
)

// morning moves the clock to a quarter to nine of the next working day.
func (w *world) morning() {
	for {
		now := w.clock.Now().UTC()
		w.clock.move(time.Date(now.Year(), now.Month(), now.Day()+1, 0, 45, 0, 0, time.UTC).Sub(now))
		if d := w.clock.Now().Weekday(); d != time.Saturday && d != time.Sunday {
			return
		}
	}
}

// told is what each account is reminded of this morning: the lines of its
// letter that are headings.
func (w *world) told() map[string]string {
	w.t.Helper()
	must(w.t, w.site.Remind(w.t.Context()))
	list, _, err := w.store.Letters(w.t.Context(), outbox.Query{Limit: 200})
	must(w.t, err)
	got := map[string]string{}
	for _, l := range list {
		if l.Kind != outbox.Reminder || l.Queued.Before(w.clock.Now().Add(-time.Hour)) {
			continue
		}
		m, err := w.site.Write(w.t.Context(), l)
		if err != nil {
			got[l.Whom] = "—"
			continue
		}
		zh, _, _ := strings.Cut(m.Text, "————")
		var heads []string
		for line := range strings.SplitSeq(zh, "\n") {
			if strings.Contains(line, "件") && strings.Contains(line, "：") {
				heads = append(heads, strings.TrimSpace(line))
			}
		}
		got[l.Whom] = strings.Join(heads, "；")
	}
	return got
}

// A question of five working days, day by day: who is in charge hears at 50 and
// 80 per cent and on the last day, once each; then it climbs by rule, and in
// the end the alarm tells everybody.
func TestRemindersClimb(t *testing.T) {
	t.Parallel()
	w := mailWorld(t)
	for name, role := range map[string]feedback.Role{"rep": feedback.Replier, "other": feedback.Replier, "app": feedback.Approver, "boss": feedback.Admin} {
		must(t, w.config.Keeper.Add(t.Context(), staff.New{Name: name, Roles: []feedback.Role{role}, Password: password}))
		must(t, w.config.Keeper.SetEmail(t.Context(), name, name+"@linshui.example"))
	}
	n := w.file(feedback.Incoming{Category: feedback.Question, Text: "什么时候修？"}).Number // Tuesday, 24 November; due 1 December
	w.act(n, actor("mod", feedback.Moderator), feedback.Accept{}, feedback.Assign{Owner: "rep"})
	const quiet = "—"
	for i, want := range []map[string]string{
		{}, {}, {},
		{"rep": "时限已用去50%：1件"}, // Friday: three of five days
		{"rep": "时限已用去80%：1件"}, // Monday: four of five
		{"rep": "今天到期：1件"},
		{"rep": "已超期：1件", "app": "长时间超期：1件"},
		{"rep": "已超期：1件", "app": "长时间超期：1件"},
		{"rep": "已超期：1件", "app": "长时间超期：1件"},
		{"rep": "已超期：1件", "app": "长时间超期：1件"},
		{"rep": "已超期：1件", "app": "长时间超期：1件", "boss": "长时间超期：1件"},
	} {
		if i > 0 {
			w.morning()
		} else {
			w.clock.move(-75 * time.Minute) // 8:45 of the day it came
		}
		got := w.told()
		for _, name := range []string{"rep", "other", "app", "boss"} {
			if want[name] == "" {
				want[name] = quiet
			}
			if got[name] != want[name] {
				t.Errorf("morning %d (%s), %s: %q, want %q", i, w.clock.Now().Format("Mon 2 Jan"), name, got[name], want[name])
			}
		}
		if again := w.told(); fmt.Sprint(again) != fmt.Sprint(got) {
			t.Errorf("a second copy adds letters: %v", again)
		}
	}
	w.clock.days(70)
	w.morning()
	must(t, w.site.CountOnce(t.Context()))
	for name, alarm := range map[string]bool{"rep": true, "other": false, "app": true, "boss": true} {
		if got := w.told()[name]; strings.HasPrefix(got, "三个月红线，14天内到期：1件") != alarm {
			t.Errorf("near the alarm, %s: %q", name, got)
		}
	}
}

// A question that is open and a matter that nobody owns: the one's clock stands
// still and reminds nobody, the other is told to who hands matters out. A body
// may have rules of its own, but not without the alarm.
func TestRemindersByRule(t *testing.T) {
	t.Parallel()
	own, found := body.Parse([]byte("reminders: {at: [60], escalate: [{after: 2, to: moderator}, {after: 0, to: admin}]}\n"))
	for _, d := range found {
		if d.Code != "unset" {
			t.Fatal(d)
		}
	}
	w := mailWorld(t, func(c *site.Config) {
		b := *c.Body
		b.Reminders = own.Reminders
		c.Body = &b
	})
	for name, role := range map[string]feedback.Role{"rep": feedback.Replier, "mo": feedback.Moderator, "boss": feedback.Admin} {
		must(t, w.config.Keeper.Add(t.Context(), staff.New{Name: name, Roles: []feedback.Role{role}, Password: password}))
		must(t, w.config.Keeper.SetEmail(t.Context(), name, name+"@linshui.example"))
	}
	question := feedback.Incoming{Category: feedback.Question, Text: "什么时候修？"}
	unowned, asked := w.file(question).Number, w.file(question).Number
	w.act(unowned, actor("mod", feedback.Moderator), feedback.Accept{})
	w.act(asked, actor("mod", feedback.Moderator), feedback.Accept{}, feedback.Assign{Owner: "rep"})
	w.act(asked, actor("rep", feedback.Replier), feedback.Ask{Text: "哪一块？"})
	for range 3 {
		w.morning()
	}
	if got := w.told(); got["mo"] != "时限已用去60%：1件" || got["rep"] != "—" || got["boss"] != "—" {
		t.Errorf("on the third day: %v", got)
	}
	for range 3 {
		w.morning()
	}
	if got := w.told(); got["mo"] != "已超期：1件" || got["rep"] != "—" || got["boss"] != "长时间超期：1件" {
		t.Errorf("a day late: %v", got)
	}
	w.clock.days(90)
	w.morning()
	w.config.Statistics = &figures.Book{}
	w.reborn()
	must(t, w.site.CountOnce(t.Context()))
	if got := w.told(); !strings.HasPrefix(got["rep"], "三个月红线，已超过三个月没有答复：1件") || !strings.HasPrefix(got["mo"], "三个月红线，已超过三个月没有答复：2件") {
		t.Errorf("over the alarm: %v", got)
	}
	for src, code := range map[string]string{
		"reminders: {at: [0]}": "yaml-number", "reminders: {at: [101]}": "yaml-number", "reminders: {escalate: [{after: 1, to: auditor}]}": "escalation",
		"reminders: {escalate: [{after: 1}]}": "escalation", "reminders: {alarm: false}": "unknown-key",
	} {
		_, found := body.Parse([]byte(src))
		if !strings.Contains(fmt.Sprint(found), code) {
			t.Errorf("%s: %v, want %s", src, found, code)
		}
	}
}

// Whoever a note calls on hears of it, whatever their role.
func TestRemindersOfCalls(t *testing.T) {
	t.Parallel()
	w := mailWorld(t)
	must(t, w.config.Keeper.Add(t.Context(), staff.New{Name: "aud", Roles: []feedback.Role{feedback.Auditor}, Password: password}))
	must(t, w.config.Keeper.SetEmail(t.Context(), "aud", "aud@linshui.example"))
	n := w.file(feedback.Incoming{Text: "路灯不亮"}).Number
	w.act(n, actor("mod", feedback.Moderator), feedback.Note{Text: "@aud 请看", Calls: []string{"aud"}})
	w.morning()
	if got := w.told()["aud"]; got != "备注提到您：1件" {
		t.Errorf("the auditor hears %q", got)
	}
}
