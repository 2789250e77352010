package feedback_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"rectify/feedback"
)

func newCode(t *testing.T) feedback.Code {
	t.Helper()
	c, err := feedback.NewCode(bytes.NewReader(bytes.Repeat([]byte{7, 91, 200, 3, 77}, 40)))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// People type codes in groups, from a phone's keypad, in full width.
func TestCodeAsPeopleTypeIt(t *testing.T) {
	c := newCode(t)
	groups := c.Groups()
	if len(groups) != 5 || strings.Join(groups, "") != string(c) {
		t.Fatalf("groups of %s are %v", c, groups)
	}
	wide := strings.Map(func(r rune) rune { return r - '0' + '０' }, string(c))
	for _, typed := range []string{string(c), strings.Join(groups, " "), strings.Join(groups, "-"), wide, "　" + strings.Join(groups, "　") + " "} {
		if got, ok := feedback.ParseCode(typed); !ok || got != c {
			t.Errorf("%q reads as %q, %v", typed, got, ok)
		}
	}
	for _, typed := range []string{"", "1234", string(c)[:19], string(c) + "0", strings.Repeat("9", 300), "{\"$gt\":\"\"}", strings.Repeat("a", 20)} {
		if _, ok := feedback.ParseCode(typed); ok {
			t.Errorf("%q passes for a code", typed)
		}
	}
}

// ISO 7064 MOD 11,10 catches every single wrong digit.
func TestCodeCatchesEveryWrongDigit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, err := feedback.NewCode(bytes.NewReader(rapid.SliceOfN(rapid.Byte(), 200, 200).Draw(t, "chance")))
		if err != nil {
			t.Skip("no code in this chance")
		}
		i := rapid.IntRange(0, len(c)-1).Draw(t, "place")
		d := byte('0' + rapid.IntRange(0, 9).Draw(t, "digit"))
		wrong := string(c[:i]) + string(d) + string(c[i+1:])
		if _, ok := feedback.ParseCode(wrong); ok != (wrong == string(c)) {
			t.Fatalf("%s in place of %s passes: %v", wrong, c, ok)
		}
	})
}

// A source that fails never leads to a weaker code.
func TestCodeNeedsItsSource(t *testing.T) {
	broken := errors.New("no entropy")
	if c, err := feedback.NewCode(iotest.ErrReader(broken)); !errors.Is(err, broken) || c != "" {
		t.Errorf("without a source: %q, %v", c, err)
	}
}

func TestCodeIsKeptAsDigest(t *testing.T) {
	c := newCode(t)
	a, b := c.MAC([]byte("one key")), c.MAC([]byte("another"))
	if bytes.Equal(a, b) || bytes.Contains(a, []byte(c)) || len(a) != 32 {
		t.Errorf("digests are %x and %x", a, b)
	}
}

func TestNumber(t *testing.T) {
	for typed, want := range map[string]feedback.Number{
		"2026-000123": "2026-000123", " ２０２６－000123": "2026-000123", "2026-1234567": "2026-1234567",
	} {
		if got, ok := feedback.ParseNumber(typed); !ok || got != want {
			t.Errorf("%q reads as %q, %v", typed, got, ok)
		}
	}
	for _, typed := range []string{"", "2026", "2026-", "2026-12345", "2026-000000", "2026-0123456", "20260-000123", "2026-00012a", "../etc", "2026-" + strings.Repeat("9", 30)} {
		if got, ok := feedback.ParseNumber(typed); ok {
			t.Errorf("%q passes for the number %q", typed, got)
		}
	}
}

func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"", "4821 9037 5560 1184 2739", "４８２１", "-－—"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, ok := feedback.ParseCode(s)
		if ok && len(c) != 20 {
			t.Errorf("%q reads as %q", s, c)
		}
		if again, ok2 := feedback.ParseCode(string(c)); ok && (!ok2 || again != c) {
			t.Errorf("%q does not read back", c)
		}
	})
}

// What was typed as a code comes back as its digits in groups, and nothing else
// of it, however long it is.
func TestTypedCode(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"": "", "abc": "", "12345": "1234 5", " 1234-5678 ９０１２": "1234 5678 9012", "<script>1</script>": "1", "1\r\n2\u202e3": "123",
		strings.Repeat("9", 5000): "9999 9999 9999 9999 9999 999", "12345678901234567890": "1234 5678 9012 3456 7890",
	} {
		if got := feedback.TypedCode(typed); got != want {
			t.Errorf("%.30q comes back as %q, want %q", typed, got, want)
		}
	}
}
