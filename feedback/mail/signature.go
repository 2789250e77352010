package mail

import (
	"regexp"
	"strings"
)

var (
	// Lines that programs put below what was written.
	advert = regexp.MustCompile(`(?i)^\s*(` +
		`发自我?的?\s?(iphone|ipad|手机|小米手机|华为手机|荣耀手机|安卓手机|android.{0,20}|.{1,20}手机)|` +
		`(从|发自|来自)\s?我的\s?.{1,30}(发送|发出)?|发送自我?的?\s?.{1,30}|发自我的.{1,30}|` +
		`(发自|来自|发送自|从)\s?(qq\s?邮箱|foxmail|网易邮箱.{0,10}|新浪邮箱.{0,10}|139\s?邮箱|outlook.{0,20}|windows.{0,20}(邮件)?(发送)?|钉钉.{0,10}|企业微信.{0,10}).{0,20}|` +
		`(签名|邮件)?由?\s?网易邮箱大师\s?(定制|发送)?|使用\s?网易邮箱大师.{0,10}|` +
		`获取\s?(适用于\s?(ios|android)\s?的\s?)?outlook.{0,30}|` +
		`sent from (my |yahoo|outlook|mail for|gmail|proton).{0,40}|get outlook for .{0,60}|sent with .{1,40}` +
		`)[。.!！]?\s*$`)
	mark163 = regexp.MustCompile(`网易邮箱大师`)
)

const (
	maxSignature = 15 // lines below "-- "
	maxAdverts   = 4
)

// cutSignature parts the words from the signature below them: a line "-- "
// with little under it, or the line that a mail program adds.
func cutSignature(text string) (words, signature string) {
	lines := strings.Split(text, "\n")
	at := len(lines)
	for i := len(lines) - 1; i > 0 && i >= len(lines)-1-maxSignature; i-- {
		if lines[i] == "--" || lines[i] == "-- " {
			at = i
			break
		}
	}
	at = min(at, cut163(lines))
	for n := 0; n < maxAdverts; n++ {
		last := at - 1
		for last >= 0 && strings.TrimSpace(lines[last]) == "" {
			last--
		}
		if last < 0 || len(lines[last]) > 200 || !advert.MatchString(stripLink(lines[last])) {
			break
		}
		at = last
	}
	words, signature = block(lines[:at]), block(lines[at:])
	if words == "" && !advertOnly(lines) {
		return text, "" // all of it signature: then it is what was written
	}
	return words, signature
}

// advertOnly reports whether every line is a mail program's own.
func advertOnly(lines []string) bool {
	for _, line := range lines {
		if strings.TrimSpace(line) != "" && line != "--" && !advert.MatchString(stripLink(line)) {
			return false
		}
	}
	return true
}

var linkTail = regexp.MustCompile(`\s*<https?://[^<>\s]{1,300}>\s*$`)

func stripLink(line string) string { return linkTail.ReplaceAllString(line, "") }

// cut163 finds the card that NetEase's program puts below: rows between bars
// and a line with its name.
func cut163(lines []string) int {
	for i := len(lines) - 1; i >= 0 && i >= len(lines)-8; i-- {
		if !mark163.MatchString(lines[i]) || len(lines[i]) > 120 {
			continue
		}
		for i > 0 && (strings.HasPrefix(strings.TrimSpace(lines[i-1]), "|") || strings.TrimSpace(lines[i-1]) == "") {
			i--
		}
		return i
	}
	return len(lines)
}

// cutArmour takes a PGP cleartext signature (RFC 9580, 7) off the words that it
// signs; nothing is verified.
func cutArmour(text string) (words, armour string) {
	const begin, middle = "-----BEGIN PGP SIGNED MESSAGE-----\n", "\n-----BEGIN PGP SIGNATURE-----\n"
	before, after, ok := strings.Cut(text, begin)
	if !ok {
		return text, ""
	}
	_, signed, ok := strings.Cut(after, "\n\n") // below the names of digests
	signed, armour, last := strings.Cut(signed, middle)
	if !ok || !last {
		return text, ""
	}
	signed = strings.TrimPrefix(strings.ReplaceAll("\n"+signed, "\n- ", "\n"), "\n")
	return joinBlocks(strings.TrimSpace(before), signed), strings.TrimSpace(middle) + "\n" + armour
}
