// Package parse reads a notice: Markdown with YAML front matter (contract,
// section 3) becomes a content.Notice and the Diagnostics of what is wrong.
//
// The front matter has the keys title, issuer, inspection{body, round, kind,
// from, to, handed_over, rectify_from, rectify_to, looked_back}, date,
// published, number, index, subjects[], supervision{from, to}, contacts{phone[],
// post, postcode, email[], hours}, stated{aspects, problems, findings},
// change{note, by, minor} (why the file is as it is now), supersedes,
// archived (归档时间) and attachments[]; any other is a fault. A heading's level
// is that of its number. A line *** of its own ends an item where no heading
// does.
//
// The tree is drawn from the headings as gomarkdown reads them, line numbers
// come from a scan of our own; where the two do not see the same headings the
// notice is refused. It must not know files, pages, or what a rule of the
// check is. Nothing is inferred: what is not written stays unset.
//
// Start reading at notice.go; frontmatter.go reads the head, headings.go the
// outline, tree.go the items, measures.go 一是…二是….
package parse
