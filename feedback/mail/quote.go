package mail

import (
	"regexp"
	"strings"
)

// The ways in which mail programs begin the history below an answer.
var (
	// ----- 原始邮件 -----, ---- Replied Message ----, ---------- Forwarded message ---------
	separator = regexp.MustCompile(`(?i)^[\s>]*[-_—=*]{2,}\s*(原始邮件|邮件原件|原邮件|原始郵件|原始信件|原信件|回复的原邮件|回复的邮件|转发的邮件|转发邮件信息|转发邮件|轉寄的郵件|original( message)?|original appointment|replied message|reply message|forwarded message|begin forwarded message|forwarded by [^\n]{1,100})\s*[-_—=*]{2,}\s*$`)
	// a line of strokes, perhaps with some words in it, above a head block
	rule      = regexp.MustCompile(`^[\s>]*[-_—=*]{3,}(.{1,80}[-_—=*]{3,})?\s*$`)
	bareBegin = regexp.MustCompile(`(?i)^\s*(begin forwarded message|开始转发的邮件|以下是转发的邮件|下面是被转发邮件|开始转发邮件)\s*[:：]\s*$`)
	// 在 2026年3月1日 10:00，张三 <a@example.cn> 写道：; 2026-03-01 10:00:00，"张三" <…> 写道：; On …, … wrote:
	wrote      = regexp.MustCompile(`(?i)(写道|写到|寫道|寫到|来信说|wrote|writes)\s*[:：]?\s*$`)
	wroteStart = regexp.MustCompile(`(?i)^[\s>]*(在|于|於|on\s|at\s|\d{4}[-/年.]|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|"|[^\s，,。]{1,40}\s*<)`)
	wroteWhen  = regexp.MustCompile(`@|\d{1,2}[:：]\d{2}|\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b.{0,12}\d{4}`)
	// 发件人: … 发送时间: … of Outlook, Foxmail, 163
	fromLine = regexp.MustCompile(`(?i)^[\s>|*]*(发件人|发信人|寄件者|寄件人|from)\s*[*|]*\s*[:：|]`)
	moreLine = regexp.MustCompile(`(?i)^[\s>|*]*(发送时间|发送日期|发送于|发件时间|日期|时间|收件人|抄送人?|抄送|主题|寄件日期|收件者|副本|主旨|sent|date|to|cc|subject)\s*[*|]*\s*[:：|]`)
)

// maxAttribution is the most lines over which "On … wrote:" is broken, and
// maxBlock how far the lines of a head block may be from its first.
const (
	maxAttribution = 3
	maxBlock       = 8
	maxQuoteLine   = 600 // longer lines are prose
)

// Fold parts a message's own words from its history. Nothing is lost: every
// line is in one of the two. Lines with > are history wherever they stand, so
// that answers between them stay; after a separator or head block everything is.
func Fold(text string) (own, quoted string) {
	lines := strings.Split(text, "\n")
	var mine, theirs []string
	for i := 0; i < len(lines); i++ {
		n, toEnd := historyAt(lines, i)
		switch {
		case n > 0 && toEnd:
			theirs = append(theirs, lines[i:]...)
			i = len(lines)
		case n > 0:
			theirs = append(theirs, lines[i:i+n]...)
			i += n - 1
		case isQuote(lines[i]):
			theirs = append(theirs, lines[i])
		default:
			mine = append(mine, lines[i])
		}
	}
	return block(mine), block(theirs)
}

func block(lines []string) string { return strings.Trim(strings.Join(lines, "\n"), "\n \t") }

func isQuote(line string) bool {
	line = strings.TrimLeft(line, " \t")
	return strings.HasPrefix(line, ">") || strings.HasPrefix(line, "＞")
}

// historyAt says how many lines from i on introduce history, and whether all
// below belongs to it.
func historyAt(lines []string, i int) (n int, toEnd bool) {
	line := lines[i]
	if len(line) > maxQuoteLine {
		return 0, false
	}
	if separator.MatchString(line) || bareBegin.MatchString(line) || isBlock(lines, i) || (rule.MatchString(line) && blockFollows(lines[i+1:])) {
		return 1, true
	}
	if n := attribution(lines, i); n > 0 {
		return n, !quotesFollow(lines[i+n:])
	}
	return 0, false
}

// attribution is the number of lines of "On … wrote:" at i, 0 for none.
func attribution(lines []string, i int) int {
	if !wroteStart.MatchString(lines[i]) {
		return 0
	}
	joined := ""
	for n := 1; n <= maxAttribution && i+n <= len(lines); n++ {
		line := strings.TrimSpace(lines[i+n-1])
		if line == "" && n > 1 {
			return 0
		}
		joined += " " + line
		if len(joined) > maxQuoteLine {
			return 0
		}
		if wrote.MatchString(joined) {
			if wroteWhen.MatchString(joined) {
				return n
			}
			return 0
		}
	}
	return 0
}

// isBlock reports whether a head block (发件人, 发送时间, 收件人, 主题) begins at i.
func isBlock(lines []string, i int) bool {
	if !fromLine.MatchString(lines[i]) {
		return false
	}
	more := 0
	for _, line := range lines[i+1 : min(len(lines), i+1+maxBlock)] {
		if len(line) <= maxQuoteLine && moreLine.MatchString(line) {
			more++
		}
	}
	return more >= 2
}

// blockFollows reports whether the next line with words begins a head block.
func blockFollows(lines []string) bool {
	for i, line := range lines {
		if strings.TrimSpace(line) != "" {
			return isBlock(lines, i)
		}
	}
	return false
}

// quotesFollow reports whether the next line with words is a quotation: then
// only such lines are history, and an answer may stand below.
func quotesFollow(lines []string) bool {
	for _, line := range lines {
		if strings.TrimSpace(line) != "" {
			return isQuote(line)
		}
	}
	return false
}
