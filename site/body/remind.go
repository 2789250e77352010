package body

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"rectify/content/strictyaml"
	"rectify/feedback"
)

// Reminders (到期提醒) say who hears of a limit, and when. The three-month alarm
// is no part of them: nothing turns it off.
type Reminders struct {
	At       []int        // per cent of a limit at which who is in charge hears of it, ascending; 100 is the day on which it is due
	Escalate []Escalation // who hears of what is late
}

// Escalation (逐级上报) tells a role of what is late by so many working days.
type Escalation struct {
	After int
	To    feedback.Role
}

// DefaultReminders are those that hold where a body sets none.
func DefaultReminders() Reminders {
	return Reminders{At: []int{50, 80, 100}, Escalate: []Escalation{{1, feedback.Approver}, {5, feedback.Admin}}}
}

// maxReminders bounds each list.
const maxReminders = 10

func (p *settings) reminders(n *yaml.Node) {
	r := &p.b.Reminders
	p.Mapping(n, strictyaml.Fields{
		"at": func(n *yaml.Node) {
			r.At = nil
			p.Each(func(n *yaml.Node) {
				var share int
				p.Number(&share, 1, 100)(n)
				if share > 0 && len(r.At) < maxReminders && !slices.Contains(r.At, share) {
					r.At = append(r.At, share)
				}
			})(n)
			slices.Sort(r.At)
		},
		"escalate": func(n *yaml.Node) {
			r.Escalate = nil
			p.Each(p.escalation)(n)
		},
	})
}

func (p *settings) escalation(n *yaml.Node) {
	var e Escalation
	var to string
	p.Mapping(n, strictyaml.Fields{"after": p.Number(&e.After, 0, 100), "to": p.Text(&to)})
	e.To = feedback.Role(to)
	if !e.To.Valid() || e.To == feedback.Auditor || len(p.b.Reminders.Escalate) >= maxReminders {
		p.Report(n, "escalation", to)
		return
	}
	p.b.Reminders.Escalate = append(p.b.Reminders.Escalate, e)
}
