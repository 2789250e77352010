package attachment

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/semaphore"

	"rectify/feedback"
)

// LeastMemory is what a Workshop needs to take an ordinary photo of 12 million
// pixels.
const LeastMemory = 128 << 20

// workLimit bounds how long one picture is worked on, however its sender made it.
const workLimit = 15 * time.Second

// Workshop turns the files that people send into attachments. It never holds
// more than its memory in pictures: whoever comes while that is used up waits.
type Workshop struct {
	memory int64
	free   *semaphore.Weighted
}

// NewWorkshop makes one with so many bytes, at least LeastMemory. A picture that
// needs more than all of it is refused like one with too many pixels.
func NewWorkshop(memory int64) *Workshop {
	memory = max(memory, LeastMemory)
	return &Workshop{memory: memory, free: semaphore.NewWeighted(memory)}
}

// Take looks at a file and answers what is to be kept of it: the attachment,
// without Blob, At and By, and its bytes. name is the sender's. A
// feedback.Invalid on "files" says why the file is not taken, its rule one of
// Refusals; any other error is the end of the context.
func (w *Workshop) Take(ctx context.Context, name string, data []byte) (feedback.Attachment, []byte, error) {
	if len(data) > feedback.MaxAttachmentBytes {
		return feedback.Attachment{}, nil, refusal(tooLarge, name)
	}
	f, refuse := sniff(data)
	if refuse != "" {
		return feedback.Attachment{}, nil, refusal(refuse, name)
	}
	var made taken
	var err error
	if _, ok := codecs()[f]; ok {
		made, refuse, err = w.picture(ctx, f, data)
	} else {
		made, refuse = document(f, data)
	}
	switch {
	case err != nil:
		return feedback.Attachment{}, nil, fmt.Errorf("picture: %w", err)
	case refuse != "":
		return feedback.Attachment{}, nil, refusal(refuse, name)
	}
	return feedback.Attachment{
		Name: CleanName(name, made.ext), Kind: made.kind, Type: made.media, Size: int64(len(made.data)), Digest: feedback.DigestOf(made.data),
		Width: made.width, Height: made.height, Warnings: made.found.list(),
	}, made.data, nil
}

// taken is a file that is taken.
type taken struct {
	kind          feedback.AttachmentKind
	media, ext    string
	data          []byte
	width, height int
	found         warnings
}

// document takes what is kept as it came, but for text, which becomes UTF-8.
func document(f format, data []byte) (taken, string) {
	t := taken{data: data}
	var refuse string
	switch f {
	case pdfFile:
		t.kind, t.media, t.ext = feedback.PDFFile, "application/pdf", ".pdf"
		var whole bool
		if t.found, whole = readPDF(data); !whole {
			refuse = damaged
		}
	case zipFile:
		t.kind, t.ext = feedback.WordFile, ".docx"
		if t.media, t.found, refuse = readWord(data); t.media == docmType {
			t.ext = ".docm"
		}
	case oleFile:
		t.kind, t.media, t.ext = feedback.WordFile, docType, ".doc"
		t.found, refuse = readOle(data)
	default:
		t.kind, t.media, t.ext = feedback.PlainFile, "text/plain; charset=utf-8", ".txt"
		t.data, refuse = readText(data)
	}
	return t, refuse
}

// picture takes a picture: measured by its head, then drawn anew when there is
// memory for it.
func (w *Workshop) picture(ctx context.Context, f format, data []byte) (taken, string, error) {
	memory, refuse := measure(f, data)
	if refuse == "" && memory > w.memory {
		refuse = pictureLarge
	}
	if refuse != "" {
		return taken{}, refuse, nil
	}
	if err := w.free.Acquire(ctx, memory); err != nil {
		return taken{}, "", err
	}
	defer w.free.Release(memory)
	working, cancel := context.WithTimeout(ctx, workLimit)
	defer cancel()
	d, refuse, err := redraw(working, f, data)
	if err != nil && ctx.Err() == nil {
		return taken{}, damaged, nil // it took too long: no camera makes such a file
	}
	t := taken{kind: feedback.Picture, media: d.kind, ext: d.ext, data: d.data, width: d.width, height: d.height}
	t.found = warnings{WarnPlace: readShot(f, data).place}
	return t, refuse, err
}
