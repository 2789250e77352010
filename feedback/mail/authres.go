package mail

import (
	"strings"
)

// Result is one verdict of RFC 8601, 2.7.
type Result string

// The results. An unknown word is read as ResultNone.
const (
	ResultNone      Result = "none"
	ResultPass      Result = "pass"
	ResultFail      Result = "fail"
	ResultSoftfail  Result = "softfail"
	ResultNeutral   Result = "neutral"
	ResultPolicy    Result = "policy"
	ResultTemperror Result = "temperror"
	ResultPermerror Result = "permerror"
)

// Auth is what our own relay found about a message's sender. It is for staff
// to see; no right follows from it.
type Auth struct {
	Known bool // the relay said anything at all
	SPF   Check
	DKIM  []Check // one for each signature, at most 10
	DMARC Check
}

// Check is one result and the domain it is about.
type Check struct {
	Result Result
	Domain string // smtp.mailfrom or helo, header.d, header.from
}

// maxAuthField bounds one Authentication-Results field, in bytes.
const maxAuthField = 8 << 10

// Auth reads the Authentication-Results that the relay named trusted put on
// top of the message: fields with that authserv-id, from the topmost one down
// to the next Received. What stands below came with the message. The relay must
// take away fields in its own name that it did not write (RFC 8601, section 5).
func (m *Message) Auth(trusted string) Auth {
	var a Auth
	if trusted == "" {
		return a
	}
	for f := m.head.Fields(); f.Next(); {
		switch {
		case strings.EqualFold(f.Key(), "Authentication-Results"):
			readAuth(&a, f.Value(), trusted)
		case strings.EqualFold(f.Key(), "Received") && a.Known:
			return a
		}
	}
	return a
}

// readAuth adds one field if it is the trusted relay's.
func readAuth(a *Auth, field, trusted string) {
	if len(field) > maxAuthField {
		return
	}
	parts := splitAuth(field)
	id := strings.Fields(parts[0])
	if len(id) == 0 || !strings.EqualFold(strings.Trim(id[0], `"`), trusted) {
		return
	}
	a.Known = true
	for _, part := range parts[1:] {
		words := strings.Fields(part)
		if len(words) == 0 {
			continue
		}
		method, result, _ := strings.Cut(strings.ToLower(words[0]), "=")
		method, _, _ = strings.Cut(method, "/")
		c := Check{Result: resultOf(result)}
		switch method {
		case "spf":
			c.Domain = prop(words, "smtp.mailfrom", "smtp.mail", "smtp.helo")
			setOnce(&a.SPF, c)
		case "dkim":
			c.Domain = prop(words, "header.d", "header.i")
			if len(a.DKIM) < 10 {
				a.DKIM = append(a.DKIM, c)
			}
		case "dmarc":
			c.Domain = prop(words, "header.from")
			setOnce(&a.DMARC, c)
		}
	}
}

func setOnce(c *Check, v Check) {
	if c.Result == "" {
		*c = v
	}
}

func resultOf(s string) Result {
	switch r := Result(s); r {
	case ResultPass, ResultFail, ResultSoftfail, ResultNeutral, ResultPolicy, ResultTemperror, ResultPermerror:
		return r
	case "hardfail": // RFC 5451
		return ResultFail
	}
	return ResultNone
}

// prop is the domain in the first property that is there.
func prop(words []string, names ...string) string {
	for _, name := range names {
		for _, w := range words[1:] {
			key, val, ok := strings.Cut(w, "=")
			if !ok || !strings.EqualFold(key, name) {
				continue
			}
			val = strings.ToLower(strings.Trim(val, `"<>`))
			if at := strings.LastIndexByte(val, '@'); at >= 0 {
				val = val[at+1:]
			}
			if goodDomain(val) && len(val) <= maxAddr {
				return val
			}
		}
	}
	return ""
}

// splitAuth cuts a field at its semicolons, comments and quoted reasons apart,
// so that neither can pass for a result.
func splitAuth(field string) []string {
	var parts []string
	var cur strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(field); i++ {
		switch c := field[i]; {
		case c == '\\' && (quoted || depth > 0):
			i++
		case quoted:
			if c == '"' {
				quoted = false
			} else if c != ' ' && c != ';' && c != '=' {
				cur.WriteByte(c)
			}
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth > 0:
		case c == '"':
			quoted = true
		case c == ';':
			parts = append(parts, cur.String())
			cur.Reset()
		case c == '=':
			trimmed := strings.TrimRight(cur.String(), " \t")
			cur.Reset()
			cur.WriteString(trimmed + "=")
			for i+1 < len(field) && (field[i+1] == ' ' || field[i+1] == '\t') {
				i++
			}
		default:
			cur.WriteByte(c)
		}
	}
	return append(parts, cur.String())
}
