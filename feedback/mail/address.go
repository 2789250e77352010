package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Addr is a mail address that was checked: local@domain, the domain in lower
// case. The zero Addr means none. It is a claim, not proof of a sender.
type Addr string

// maxAddr bounds an address and a whole entry of an address list, in bytes.
const (
	maxAddr  = 254 // RFC 5321, 4.5.3.1.3, without its brackets
	maxEntry = 2000
)

// ParseAddr takes an address as this program would write to it: no quoted
// local part, no literal domain, no comment, no control character.
func ParseAddr(s string) (Addr, bool) {
	s = strings.TrimSpace(s)
	if len(s) > maxAddr || !utf8.ValidString(s) {
		return "", false
	}
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at > 64 {
		return "", false
	}
	local, domain := s[:at], strings.ToLower(strings.TrimSuffix(s[at+1:], "."))
	if !goodLocal(local) || !goodDomain(domain) {
		return "", false
	}
	return Addr(local + "@" + domain), true
}

// goodLocal is a dot-atom of RFC 5322, 3.2.3, with the letters of RFC 6531. A
// dot at its end or twice in a row is let through: such mailboxes exist.
func goodLocal(s string) bool {
	for _, r := range s {
		if r >= utf8.RuneSelf {
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				return false
			}
			continue
		}
		if !alnum(r) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~.", r) {
			return false
		}
	}
	return s != "" && s[0] != '.'
}

func goodDomain(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' {
			return false
		}
		for _, r := range label {
			if !alnum(r) && r != '-' && r != '_' && (r < utf8.RuneSelf || !unicode.IsLetter(r)) {
				return false
			}
		}
	}
	return s != ""
}

func alnum(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// Same reports whether two addresses are one mailbox, as far as can be told:
// letter case is ignored, though RFC 5321 would allow it to matter.
func (a Addr) Same(b Addr) bool { return a != "" && strings.EqualFold(string(a), string(b)) }

// Domain is what stands behind the @.
func (a Addr) Domain() string {
	_, domain, _ := strings.Cut(string(a), "@")
	return domain
}

// mailboxes reads a list of at most max entries; cut says that there were more.
// An entry without a usable address keeps its name alone.
func mailboxes(field string, max int) (list []Mailbox, cut bool) {
	for field != "" {
		var entry string
		entry, field = nextEntry(field)
		if strings.TrimSpace(entry) == "" {
			continue
		}
		if len(list) >= max {
			return list, true
		}
		list = append(list, mailbox(entry))
	}
	return list, false
}

// nextEntry cuts a list at its first comma outside quotes, brackets and
// comments. Group syntax (name: a, b;) is read as its members.
func nextEntry(s string) (entry, rest string) {
	quoted, angle, comment := false, false, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && (quoted || comment > 0):
			i++
		case quoted:
			quoted = c != '"'
		case c == '"' && comment == 0:
			quoted = true
		case c == '(':
			comment++
		case c == ')' && comment > 0:
			comment--
		case comment > 0:
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case (c == ',' || c == ';') && !angle, c == ',' && i > maxEntry:
			return s[:i], s[i+1:]
		case c == ':' && !angle && !strings.Contains(s[:i], "@"):
			return "", s[i+1:]
		}
	}
	return s, ""
}

// mailbox reads one entry: Name <a@b>, a@b (Name), or a@b.
func mailbox(entry string) Mailbox {
	entry = strings.TrimSpace(entry[:min(len(entry), maxEntry)])
	name, addr := "", entry
	if open := angle(entry); open >= 0 {
		name = entry[:open]
		addr, _, _ = strings.Cut(entry[open+1:], ">")
	} else if open := strings.IndexByte(entry, '('); open >= 0 {
		name, addr = strings.TrimSuffix(entry[open+1:], ")"), entry[:open]
	}
	name = unquote(strings.TrimSpace(name))
	a, _ := ParseAddr(rawText(addr))
	return Mailbox{Name: oneLine(decodeWords(name), 200), Addr: a}
}

// angle is where the address begins: the first < outside quotes, or the last
// one of all when a quote is never closed; -1 when there is none.
func angle(entry string) int {
	quoted := false
	for i := 0; i < len(entry); i++ {
		switch {
		case quoted && entry[i] == '\\':
			i++
		case entry[i] == '"':
			quoted = !quoted
		case entry[i] == '<' && !quoted:
			return i
		}
	}
	if quoted {
		return strings.LastIndexByte(entry, '<')
	}
	return -1
}

// unquote takes the quotes off a display name.
func unquote(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(s[1 : len(s)-1])
}
