package letter

import (
	"context"
	"fmt"
	"time"

	"rectify/feedback/calendar"
	"rectify/feedback/outbox"
)

// The reminder of a working day is queued from half past eight until noon in
// Beijing: a site that was down then does not remind in the evening.
const (
	remindFrom  = 8*time.Hour + 30*time.Minute
	remindUntil = 12 * time.Hour
)

// morning tells whether letters of this day are to be queued just now.
func (w *Writer) morning() (today calendar.Day, due bool) {
	now := w.Now().In(calendar.Beijing())
	today = calendar.On(now)
	at := time.Duration(now.Hour())*time.Hour + time.Duration(now.Minute())*time.Minute
	working, _ := w.Clocks.Days.IsWorking(today)
	return today, working && at >= remindFrom && at < remindUntil
}

// Remind queues the day's reminders when their time has come, each once however
// many copies do it.
func (w *Writer) Remind(ctx context.Context, box outbox.Store) error {
	today, due := w.morning()
	if !due {
		return nil
	}
	accounts, err := w.Staff.Accounts(ctx)
	if err != nil {
		return fmt.Errorf("remind: %w", err)
	}
	for _, a := range accounts {
		if a.Disabled || a.Email == "" {
			continue
		}
		l := outbox.New("reminder-"+a.Name+"-"+string(today), outbox.Reminder, w.Now())
		l.Whom = a.Name
		if _, err := box.PutLetter(ctx, l); err != nil {
			return fmt.Errorf("remind: %w", err)
		}
	}
	return nil
}
