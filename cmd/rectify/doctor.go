package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"rectify/site/i18n"
)

// doctorCmd looks at an installation with the flags that it is served with, and
// says what is wrong and how to mend it. It changes nothing.
type doctorCmd struct {
	serveCmd
	JSON bool `name:"json" help:"Answer as JSON."`
}

// How grave a finding is.
const (
	levelOK    = "ok"
	levelNote  = "note"  // to be known; nothing is wrong
	levelWarn  = "warn"  // works, but should be mended
	levelFault = "fault" // does not work
)

// symptom is what one check found. Its words are doctor.CODE, and how to mend it
// doctor.CODE.mend.
type symptom struct {
	check, code, level string
	args               []any
}

// report is a symptom in words.
type report struct {
	Check string `json:"check"`
	Code  string `json:"code"`
	Level string `json:"level"`
	Text  string `json:"text"`
	Mend  string `json:"mend,omitempty"`
}

// examination is what the checks look at.
type examination struct {
	cmd   *serveCmd
	now   func() time.Time
	found []symptom
	check string

	kept    *looked // nil: there is no store that could be asked
	running string  // what the site that listens says of itself; empty: none does
}

func (x *examination) add(level, code string, args ...any) {
	x.found = append(x.found, symptom{x.check, code, level, args})
}

// fine is said of a check that found nothing else.
func (x *examination) fine(args ...any) {
	for _, s := range x.found {
		if s.check == x.check {
			return
		}
	}
	x.add(levelOK, x.check+".ok", args...)
}

// checkLife bounds one check: a server that does not answer is a finding.
const checkLife = 20 * time.Second

// examine goes through the checks in the order in which things stand on each other.
func (x *examination) examine(ctx context.Context) {
	for _, c := range []struct {
		name string
		do   func(context.Context, *examination)
	}{
		{"clock", checkClock}, {"disk", checkDisk}, {"keys", checkKeys}, {"store", checkStore}, {"sealing", checkSealing}, {"address", checkAddress}, {"running", checkRunning},
		{"notices", checkNotices}, {"settings", checkSettings}, {"calendar", checkCalendar}, {"staff", checkStaff},
		{"mail-out", checkMailOut}, {"outbox", checkOutbox}, {"mail-in", checkMailIn}, {"spool", checkSpool}, {"sign-in", checkElsewhere},
	} {
		x.check = c.name
		part, cancel := context.WithTimeout(ctx, checkLife)
		c.do(part, x)
		cancel()
	}
}

// Run examines and reports; exit 1 if anything does not work.
func (c *doctorCmd) Run(ctx context.Context) error {
	words, err := i18n.Load()
	if err != nil {
		return err
	}
	x := &examination{cmd: &c.serveCmd, now: time.Now}
	x.examine(ctx)
	if x.kept != nil {
		defer x.kept.close()
	}
	reports, faults := x.inWords(words, language())
	if c.JSON {
		err = asJSON(os.Stdout, reports)
	} else {
		err = asText(os.Stdout, words, reports)
	}
	if err == nil && faults > 0 {
		err = errFound
	}
	return err
}

func (x *examination) inWords(words *i18n.Catalogue, lang i18n.Lang) (list []report, faults int) {
	for _, s := range x.found {
		r := report{Check: s.check, Code: s.code, Level: s.level, Text: words.Text(lang, "doctor."+s.code, s.args...)}
		if mend := "doctor." + s.code + ".mend"; words.Has(mend) {
			r.Mend = words.Text(lang, mend, s.args...)
		}
		if s.level == levelFault {
			faults++
		}
		list = append(list, r)
	}
	return list, faults
}

func asJSON(w io.Writer, reports []report) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(map[string]any{"findings": reports})
}

func asText(w io.Writer, words *i18n.Catalogue, reports []report) error {
	lang, n := language(), map[string]int{}
	for _, r := range reports {
		n[r.Level]++
		if _, err := fmt.Fprintf(w, "%s %s\n", words.Text(lang, "doctor.level."+r.Level), r.Text); err != nil {
			return err
		}
		if r.Mend != "" {
			if _, err := fmt.Fprintf(w, "      %s\n", r.Mend); err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintln(w, words.Text(lang, "doctor.sum", n[levelFault], n[levelWarn]))
	return err
}
