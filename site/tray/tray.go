package tray

import (
	"context"
	"errors"
	"math"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/attachment"
	"rectify/site/guard"
	"rectify/site/web"
)

// The fields of a form that has to do with files.
const (
	KeptField = "kept" // names the files that came before, sealed
	DropField = "drop" // which of them are taken out, numbered from 1
)

// Tray takes files. A nil Tray takes none: forms are read as ever.
type Tray struct {
	Stage *attachment.Stage
	Room  *attachment.Room
	Watch *guard.Watch
}

// Rule bounds the files of one form; the zero rule where none are taken.
func (t *Tray) Rule() web.UploadRule {
	if t == nil {
		return web.UploadRule{}
	}
	return web.UploadRule{Files: feedback.MaxAttachments, Each: feedback.MaxAttachmentBytes, Total: feedback.MaxAttachments*feedback.MaxAttachmentBytes + 1<<20}
}

// Handed are the files of one form: those that came before and were not taken
// out, then those that came now.
type Handed struct {
	List   []feedback.Attachment
	Faults []feedback.Invalid // what was refused and why; every one names its file
	Status int                // of an answer that shows the faults; 0 when there are none
	fresh  int                // of List came now: nobody else can know of them
}

// Receive reads a form. May, if set, is asked before its first file is kept,
// with the fields that stand before it. After an error nothing of it is kept.
func (t *Tray) Receive(c *fiber.Ctx, may func(web.Values) error) (web.Values, Handed, error) {
	if t == nil {
		form, err := web.Form(c)
		return form, Handed{}, err
	}
	r := receiving{Tray: t, c: c, may: may}
	form, err := web.Receive(c, r.take)
	if err != nil {
		// The sweep takes what cannot be dropped just now.
		return nil, Handed{}, errors.Join(err, t.Stage.Drop(context.WithoutCancel(web.Context(c)), r.fresh...))
	}
	h := Handed{Faults: r.faults, Status: r.status}
	h.List, err = t.before(web.Context(c), form)
	switch {
	case errors.Is(err, attachment.ErrForgotten):
		h.fault(feedback.Invalid{Field: "files", Rule: "forgotten"}, fiber.StatusUnprocessableEntity)
	case err != nil:
		return nil, Handed{}, err
	}
	room := feedback.MaxAttachments - len(h.List)
	if len(r.fresh) > room {
		h.fault(feedback.Invalid{Field: "files", Rule: "too-many", Args: []any{feedback.MaxAttachments, r.fresh[room].Name}}, fiber.StatusUnprocessableEntity)
		if err := t.Stage.Drop(web.Context(c), r.fresh[room:]...); err != nil {
			return nil, Handed{}, err
		}
		r.fresh = r.fresh[:room]
	}
	h.List, h.fresh = append(h.List, r.fresh...), len(r.fresh)
	return form, h, nil
}

func (h *Handed) fault(v feedback.Invalid, status int) {
	h.Faults, h.Status = append(h.Faults, v), max(h.Status, status)
}

// before answers the files that came with the form the last time, without those
// that their sender took out now.
func (t *Tray) before(ctx context.Context, form web.Values) (list []feedback.Attachment, err error) {
	all, err := t.Stage.Open(form.Get(KeptField))
	if err != nil {
		return nil, err
	}
	out := make(map[string]bool)
	for _, n := range form.All(DropField) {
		out[n] = true
	}
	for i, a := range all {
		if !out[strconv.Itoa(i+1)] {
			list = append(list, a)
			continue
		}
		if err := t.Stage.Drop(ctx, a); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Known answers the files that a form names, as they were kept with a draft of
// it. attachment.ErrForgotten when they are not there any more.
func (t *Tray) Known(form web.Values) ([]feedback.Attachment, error) {
	if t == nil {
		return nil, nil
	}
	return t.Stage.Open(form.Get(KeptField))
}

// Field is the value of KeptField; empty for no files.
func (t *Tray) Field(list []feedback.Attachment) (string, error) {
	if t == nil {
		return "", nil
	}
	return t.Stage.Seal(list)
}

// File answers the files as they may be filed. Whoever has the field of a form
// can send it twice, so what came before gets blobs of its own. It is an Invalid
// when they are not there any more.
func (t *Tray) File(ctx context.Context, h Handed) ([]feedback.Attachment, error) {
	if len(h.List) == 0 {
		return nil, nil
	}
	before := h.List[:len(h.List)-h.fresh]
	own, err := t.Stage.Own(ctx, before)
	if errors.Is(err, attachment.ErrForgotten) {
		return nil, feedback.Invalid{Field: "files", Rule: "forgotten"}
	}
	if err != nil {
		return nil, err
	}
	for _, a := range own {
		t.Room.Took(a.Size)
	}
	return append(own, h.List[len(before):]...), nil
}

// receiving is one form on its way in.
type receiving struct {
	*Tray
	c      *fiber.Ctx
	may    func(web.Values) error
	fresh  []feedback.Attachment
	faults []feedback.Invalid
	status int
	shut   bool // no more files of this form are taken
}

// take keeps one file, or notes why not.
func (r *receiving) take(f web.File) error {
	if r.may != nil {
		if err := r.may(web.Begun(r.c)); err != nil {
			return err
		}
		r.may = nil
	}
	if r.shut {
		return nil
	}
	if f.Fault != nil {
		r.note(*f.Fault, fiber.StatusUnprocessableEntity)
		return nil
	}
	if ok, wait := r.Watch.File(r.c.Context()); !ok {
		r.shut = true
		r.note(feedback.Invalid{Field: "files", Rule: "quota", Args: []any{int(math.Ceil(wait.Minutes()))}}, fiber.StatusTooManyRequests)
		return nil
	}
	err := r.Room.Check(web.Context(r.c))
	var a feedback.Attachment
	if err == nil {
		a, err = r.Stage.Add(web.Context(r.c), f.Name, f.Data)
	}
	var refused feedback.Invalid
	switch {
	case errors.As(err, &refused):
		r.note(refused, fiber.StatusUnprocessableEntity)
	case errors.Is(err, feedback.ErrBusy):
		r.shut = true
		r.note(feedback.Invalid{Field: "files", Rule: "no-room"}, fiber.StatusServiceUnavailable)
	case err != nil:
		return err
	default:
		r.Room.Took(a.Size)
		r.fresh = append(r.fresh, a)
	}
	return nil
}

func (r *receiving) note(v feedback.Invalid, status int) {
	r.faults, r.status = append(r.faults, v), max(r.status, status)
}
