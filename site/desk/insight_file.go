package desk

import (
	"fmt"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback/calendar"
	"rectify/site/table"
	"rectify/site/ui"
	"rectify/site/web"
)

// insightFile is the table behind one picture, whole.
func (d *Desk) insightFile(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	page, err := d.everything(c)
	if err != nil {
		return err
	}
	if !page.Ready {
		return notCounted(c)
	}
	for _, s := range page.Stats {
		if s.ID == q.Get("table") {
			return sendCSV(c, "insight-"+s.ID, tableOf(page.Frame, s.Stat, s.AsOf))
		}
	}
	return web.NotFound()
}

// insightBook is everything on the page as one workbook.
func (d *Desk) insightBook(c *fiber.Ctx) error {
	page, err := d.everything(c)
	if err != nil {
		return err
	}
	if !page.Ready {
		return notCounted(c)
	}
	var list []ui.StatBlock
	for _, s := range page.Stats {
		list = append(list, page.Block(s.Stat, s.AsOf))
	}
	return sendXLSX(c, "insight", page.Frame, page.Title, list)
}

func notCounted(c *fiber.Ctx) error {
	c.Set(fiber.HeaderRetryAfter, "60")
	return web.Error{Status: fiber.StatusServiceUnavailable, Code: "busy"}
}

// tableOf is the whole table of a picture, each line with its time, so that it
// still says what it is when it is taken out.
func tableOf(f ui.Frame, s ui.Stat, asOf time.Time) table.Table {
	t := table.Table{Name: s.Caption, Texts: max(s.Texts, 1), Columns: append(slices.Clone(s.Columns), f.T("stat.csv.asof"))}
	at := asOf.In(calendar.Beijing()).Format(time.RFC3339)
	for _, r := range slices.Concat(s.Rows, s.Foot) {
		row := append([]string{r.Head}, r.Cells...)
		for len(row) < len(s.Columns) {
			row = append(row, "")
		}
		t.Rows = append(t.Rows, append(row, at))
	}
	return t
}

func sendCSV(c *fiber.Ctx, name string, t table.Table) error {
	out, err := t.CSV()
	if err != nil {
		return err
	}
	return sendFile(c, name+".csv", table.CSVType, out)
}

// sendXLSX sends pictures as sheets; the first sheet says how each was counted.
func sendXLSX(c *fiber.Ctx, name string, f ui.Frame, title string, list []ui.StatBlock) error {
	about := table.Table{Name: f.T("insight.about"), Texts: 3, Columns: []string{title, f.T("insight.about.found"), f.T("insight.about.how"), f.T("stat.csv.asof")}}
	sheets := []table.Table{about}
	for _, s := range list {
		found := s.Heading
		if s.None != "" {
			found = s.None
		} else {
			sheets = append(sheets, tableOf(f, s.Stat, s.AsOf))
		}
		sheets[0].Rows = append(sheets[0].Rows, []string{s.Caption, found, s.How, s.AsOf.In(calendar.Beijing()).Format(time.RFC3339)})
	}
	out, err := table.XLSX(sheets)
	if err != nil {
		return err
	}
	return sendFile(c, name+".xlsx", table.XLSXType, out)
}

func sendFile(c *fiber.Ctx, name, kind string, data []byte) error {
	web.Private(c)
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf("attachment; filename=%q", name))
	c.Set(fiber.HeaderContentType, kind)
	c.Response().SetBodyRaw(data)
	return nil
}
