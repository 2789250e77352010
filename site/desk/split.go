package desk

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/site/ui"
	"rectify/site/web"
)

// pieceRows is how many matters can be split off at once without a script.
const pieceRows = 3

// PieceRow is one matter to be split off, as it is typed.
type PieceRow struct {
	N    int
	Text string
	Cats []ui.Option
}

// pieceRowsOf are the rows of the form: what was typed, and some to type into.
func (d *Desk) pieceRowsOf(f ui.Frame, s *feedback.Submission, typed web.Values) []PieceRow {
	texts, cats := typed.All("piece"), typed.All("piece-category")
	most := feedback.MaxPieces - len(s.Pieces)
	var rows []PieceRow
	for i := range min(max(len(texts), pieceRows), most) {
		row, chosen := PieceRow{N: i + 1}, s.Category
		if i < len(texts) {
			row.Text = texts[i]
		}
		if i < len(cats) {
			chosen = feedback.Category(cats[i])
		}
		for _, k := range feedback.Categories() {
			row.Cats = append(row.Cats, ui.Option{Value: string(k), Label: f.T("category." + string(k)), Chosen: k == chosen})
		}
		rows = append(rows, row)
	}
	return rows
}

// split reads which passages become matters of their own. Each is about what the
// letter is about, until somebody says otherwise.
func (d *Desk) split(s *feedback.Submission, form web.Values) (feedback.Action, []feedback.Invalid) {
	texts, cats := form.All("piece"), form.All("piece-category")
	var a feedback.Split
	for i, text := range texts {
		if strings.TrimSpace(text) == "" || len(a.Pieces) > feedback.MaxPieces {
			continue
		}
		p := feedback.Piece{Text: text, Category: s.Category, Notice: s.Notice, Item: s.Item}
		if i < len(cats) {
			p.Category = feedback.Category(cats[i])
		}
		p, err := feedback.NewPiece(d.Intake.Random(), p)
		if err != nil {
			return nil, fault("piece", "busy")
		}
		a.Pieces = append(a.Pieces, p)
	}
	return a, nil
}

// branch files what was split off. What cannot be filed just now is filed by the
// program a little later.
func (d *Desk) branch(c *fiber.Ctx, s feedback.Submission) (done string) {
	if _, err := d.Office.Branch(web.Context(c), s.Number); err != nil {
		return "split-later"
	}
	return string(feedback.ActSplit)
}
