package demo

import (
	"bufio"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"rectify/feedback"
)

//go:embed texts/*.txt
var files embed.FS

// general is the file of what people say about no notice, and pieces that of
// what can be said anywhere. Every other file is named for a notice.
const (
	general = "general"
	pieces  = "pieces"
)

// topic is something that people write about: a leaf of a notice, a notice as a
// whole, or a service of the bureau.
type topic struct {
	notice, item string
	office       string // who answers for it
	matter       string // what replies call it
	said         []line
	done         []string // what replies say of it
}

// line is one thing that people say, with gaps.
type line struct {
	category feedback.Category
	text     string
}

// texts is all that the files hold.
type texts struct {
	topics []topic
	pieces map[string][]string
}

// categories are the first characters of lines.
func categories() map[byte]feedback.Category {
	return map[byte]feedback.Category{
		'-': feedback.Opinion, '?': feedback.Question, '!': feedback.Correction, '+': feedback.Praise, '*': feedback.Clue,
	}
}

// load reads the files. They are built in, so an error is a fault of the program.
func load() (*texts, error) {
	names, err := fs.Glob(files, "texts/*.txt")
	if err != nil {
		return nil, err
	}
	t := &texts{pieces: make(map[string][]string)}
	for _, name := range names {
		src, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		add, notice := t.addTopic, strings.TrimSuffix(path.Base(name), ".txt")
		switch notice {
		case pieces:
			add = t.addPiece
		case general:
			notice = ""
		}
		if err := eachLine(string(src), func(head, text string) error { return add(notice, head, text) }); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return t, nil
}

// eachLine tells the lines of a file under the heads that begin with #; a head
// itself is told with no text.
func eachLine(src string, tell func(head, text string) error) error {
	head := ""
	lines := bufio.NewScanner(strings.NewReader(src))
	for n := 1; lines.Scan(); n++ {
		text := lines.Text()
		if text == "" {
			continue
		}
		if h, ok := strings.CutPrefix(text, "# "); ok {
			head, text = h, ""
		}
		if err := tell(head, text); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return lines.Err()
}

func (t *texts) addPiece(_, head, text string) error {
	if text != "" {
		t.pieces[head] = append(t.pieces[head], text)
	}
	return nil
}

// addTopic takes "item office | matter" as a head, where - is no item; as a
// line something that people say, or after = something that replies say.
func (t *texts) addTopic(notice, head, text string) error {
	if text == "" {
		return t.begin(notice, head)
	}
	x := &t.topics[len(t.topics)-1]
	category, said := categories()[text[0]]
	switch {
	case said:
		x.said = append(x.said, line{category, text[2:]})
	case text[0] == '=':
		x.done = append(x.done, text[2:])
	default:
		return fmt.Errorf("unknown mark %q", text[0])
	}
	return nil
}

func (t *texts) begin(notice, head string) error {
	who, matter, ok := strings.Cut(head, " | ")
	item, office, there := strings.Cut(who, " ")
	if !ok || !there {
		return fmt.Errorf("head %q", head)
	}
	if item == "-" {
		item = ""
	}
	t.topics = append(t.topics, topic{notice: notice, item: item, office: office, matter: matter})
	return nil
}
