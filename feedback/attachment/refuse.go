package attachment

import "rectify/feedback"

// Why a file is not taken: the rule of a feedback.Invalid on the field "files".
// Its first argument is the file's name, its second the most megabytes or
// megapixels that may come.
const (
	empty         = "empty"
	tooLarge      = "too-large"
	program       = "program"        // runs when it is opened
	markup        = "markup"         // HTML, SVG, MHTML, XML: would act in a browser
	packed        = "packed"         // zip, rar, 7z: send the files themselves
	office        = "office"         // tables, slides, other writers: send as PDF
	media         = "media"          // sound and film
	heic          = "heic"           // pictures of some phones: set the camera to JPEG
	pictureFormat = "picture-format" // a picture of a kind that is not read
	pictureLarge  = "picture-large"  // more pixels than may be
	locked        = "locked"         // with a password
	inflated      = "inflated"       // small, but far larger for who opens it
	damaged       = "damaged"        // cut short or broken
	unknownFile   = "unknown-file"
)

// Refusals lists every reason, for whoever keeps the words.
func Refusals() []string {
	return []string{empty, tooLarge, program, markup, packed, office, media, heic, pictureFormat, pictureLarge, locked, inflated, damaged, unknownFile}
}

// refusal says why a file is not taken.
func refusal(reason, name string) error {
	args := []any{shown(name)}
	switch reason {
	case tooLarge:
		args = append(args, feedback.MaxAttachmentBytes>>20)
	case pictureLarge:
		args = append(args, maxPixels/1_000_000)
	}
	return feedback.Invalid{Field: "files", Rule: reason, Args: args}
}

// What staff should know of a file that was taken: codes in Attachment.Warnings.
const (
	WarnPlace     = "place-removed" // the picture said where it was taken; it no longer does
	WarnAuthor    = "author"        // names who wrote it
	WarnComments  = "comments"      // comments, with their authors
	WarnChanges   = "changes"       // tracked changes, with their authors
	WarnMacros    = "macros"
	WarnScript    = "script"    // a PDF that runs or sends something when opened
	WarnEmbedded  = "embedded"  // holds other files
	WarnExternal  = "external"  // fetches something from elsewhere when opened
	WarnEncrypted = "encrypted" // opens, if at all, with a password
	WarnDeep      = "not-read"  // too large inside to be looked through
)

// Warnings lists every one, for whoever keeps the words.
func Warnings() []string {
	return []string{WarnPlace, WarnAuthor, WarnComments, WarnChanges, WarnMacros, WarnScript, WarnEmbedded, WarnExternal, WarnEncrypted, WarnDeep}
}

// warnings collects codes, each once and in the order of Warnings.
type warnings map[string]bool

func (w warnings) list() []string {
	var list []string
	for _, code := range Warnings() {
		if w[code] {
			list = append(list, code)
		}
	}
	return list
}
