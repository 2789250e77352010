package letter

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"rectify/content"
	"rectify/content/strictyaml"
	"rectify/feedback/outbox"
	"rectify/site/i18n"
)

// File is the name of the body's own words beside the notices.
const File = "letters.yaml"

// Bounds of one letter's words.
const (
	MaxSubject = 120 // characters
	MaxBody    = 4000
)

// Text is the words of one letter in one language. {{number}} and its like
// stand for what the letter is about.
type Text struct {
	Subject string `yaml:"subject,omitempty"`
	Body    string `yaml:"body,omitempty"`
}

// Texts are the body's own words by kind and language ("zh", "en"); what is not
// there is said as the catalogue says it.
type Texts map[outbox.Kind]map[string]Text

// Langs are the languages of a letter, in the order in which they stand in it.
func Langs() []string { return []string{"zh", "en"} }

func langOf(lang string) i18n.Lang {
	if lang == "en" {
		return i18n.English
	}
	return i18n.Chinese
}

// Default is how the catalogue says a letter.
func Default(words *i18n.Catalogue, kind outbox.Kind, lang string) Text {
	l := langOf(lang)
	return Text{Subject: words.Text(l, "letter."+string(kind)+".subject"), Body: words.Text(l, "letter."+string(kind)+".body")}
}

// Of is how a letter is said: in the body's own words where it has some.
func (t Texts) Of(words *i18n.Catalogue, kind outbox.Kind, lang string) Text {
	text, own := Default(words, kind, lang), t[kind][lang]
	if own.Subject != "" {
		text.Subject = own.Subject
	}
	if own.Body != "" {
		text.Body = own.Body
	}
	return text
}

// fields are the placeholders of each kind: must stand in the body, may be there.
func fields(kind outbox.Kind) (must, may []string) {
	common := []string{"site", "body"}
	switch kind {
	case outbox.Received:
		return []string{"number", "due", "link"}, append(common, "masked")
	case outbox.Accepted, outbox.Reopened, outbox.Extension:
		return []string{"number", "due", "link"}, append(common, "reason")
	case outbox.Ask:
		return []string{"number", "link"}, append(common, "question")
	case outbox.Reply:
		return []string{"number", "link"}, append(common, "reply", "office")
	case outbox.Amended:
		return []string{"number", "link"}, append(common, "reply", "office", "reason")
	case outbox.Shared:
		return []string{"number", "into", "link"}, append(common, "reply", "office", "reason")
	case outbox.Rejected:
		return []string{"number", "reason", "link"}, common
	case outbox.Merged:
		return []string{"number", "into", "link"}, common
	case outbox.Branched:
		return []string{"number", "numbers", "link"}, common
	case outbox.Forwarded:
		return []string{"number", "link"}, append(common, "told")
	case outbox.Confirm:
		return []string{"topic", "link"}, common
	case outbox.News:
		return []string{"list", "out"}, common
	case outbox.Reminder:
		return []string{"list"}, append(common, "day", "link")
	case outbox.Weekly:
		return []string{"list", "link"}, append(common, "day")
	}
	return nil, common
}

// Fields lists the placeholders that a kind knows, those that it must have first.
func Fields(kind outbox.Kind) []string {
	must, may := fields(kind)
	return slices.Concat(must, may)
}

// inSubject are the placeholders that a subject may have: it is read by whoever
// looks over a shoulder.
func inSubject(kind outbox.Kind) []string {
	must, _ := fields(kind)
	if slices.Contains(must, "number") {
		return []string{"number", "site", "body"}
	}
	return []string{"site", "body"}
}

var hole = regexp.MustCompile(`\{\{([a-z]*)\}\}`)

// Check says what is wrong with a letter's words, as code and argument.
func Check(kind outbox.Kind, t Text) (found [][2]string) {
	note := func(code, arg string) { found = append(found, [2]string{code, arg}) }
	for _, part := range []struct {
		what, text string
		most       int
		known      []string
	}{{"subject", t.Subject, MaxSubject, inSubject(kind)}, {"body", t.Body, MaxBody, Fields(kind)}} {
		if utf8.RuneCountInString(part.text) > part.most {
			note("letter-long", part.what)
		}
		for _, m := range hole.FindAllStringSubmatch(part.text, -1) {
			if !slices.Contains(part.known, m[1]) {
				note("letter-unknown", m[0])
			}
		}
		if rest := hole.ReplaceAllString(part.text, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
			note("letter-braces", part.what)
		}
	}
	if strings.ContainsAny(t.Subject, "\r\n") {
		note("letter-line", "subject")
	}
	must, _ := fields(kind)
	for _, name := range must {
		if t.Body != "" && !strings.Contains(t.Body, "{{"+name+"}}") {
			note("letter-missing", "{{"+name+"}}")
		}
	}
	return found
}

// Parse reads a letters.yaml. Words with a fault are left out and told; the
// letter is then said as the catalogue says it.
func Parse(src []byte) (Texts, []content.Diagnostic) {
	r := &strictyaml.Reader{File: File}
	texts := Texts{}
	kinds := strictyaml.Fields{}
	for _, kind := range outbox.Kinds() {
		kinds[string(kind)] = func(n *yaml.Node) {
			langs := strictyaml.Fields{}
			for _, lang := range Langs() {
				langs[lang] = func(n *yaml.Node) { texts.read(r, kind, lang, n) }
			}
			r.Mapping(n, langs)
		}
	}
	r.Read(src, kinds)
	return texts, r.Found
}

func (t Texts) read(r *strictyaml.Reader, kind outbox.Kind, lang string, n *yaml.Node) {
	var text Text
	before := len(r.Found)
	r.Mapping(n, strictyaml.Fields{"subject": r.Text(&text.Subject), "body": r.Text(&text.Body)})
	for _, f := range Check(kind, text) {
		r.Report(n, f[0], f[1])
	}
	if len(r.Found) == before {
		t.Set(kind, lang, text)
	}
}

// Set gives a letter its words; empty ones give it back to the catalogue.
func (t Texts) Set(kind outbox.Kind, lang string, text Text) {
	if t[kind] == nil {
		t[kind] = map[string]Text{}
	}
	t[kind][lang] = text
	if text == (Text{}) {
		delete(t[kind], lang)
	}
	if len(t[kind]) == 0 {
		delete(t, kind)
	}
}

// Format writes texts so that Parse reads them back.
func (t Texts) Format() ([]byte, error) {
	out := make(map[string]map[string]Text, len(t))
	for kind, langs := range t {
		out[string(kind)] = langs
	}
	return yaml.Marshal(out)
}

// Must is how many of Fields the body of a letter must have.
func Must(kind outbox.Kind) int {
	must, _ := fields(kind)
	return len(must)
}
