package calendar_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"rectify/feedback/calendar"
)

// The sentences of an official notice are read as they stand, and mean what the
// table of that year holds.
func TestReadsTheNotice(t *testing.T) {
	const text = `一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
`
	days, faults := calendar.ParseDays(2026, text)
	if len(faults) > 0 {
		t.Fatalf("faults %+v", faults)
	}
	c := calendar.New(nil)
	if own := c.With(calendar.Table{Year: 2026, Official: true, Days: days}); own.Digest() != c.Digest() {
		t.Errorf("read as\n%s", calendar.FormatDays(days))
	}
	if days, faults = calendar.ParseDays(2019, "五、劳动节：5月1日至4日放假调休，4月28日（星期日）、5月5日（星期日）上班。"); len(faults) > 0 || len(days) != 6 {
		t.Errorf("another style: %+v, %+v", days, faults)
	}
}

// Lines as people write them, and what is wrong with others, each told with its
// line.
func TestReadsLines(t *testing.T) {
	days, faults := calendar.ParseDays(2027, "# 自己写的\n\n2027-02-05..2027-02-07 放假 春节\n2月14日 上班 春节\n 1/1 rest 元旦\n10-1..10-2 放假")
	want := "2027-01-01 放假 元旦\n2027-02-05..2027-02-07 放假 春节\n2027-02-14 上班 春节\n2027-10-01..2027-10-02 放假\n"
	if len(faults) > 0 || calendar.FormatDays(days) != want {
		t.Errorf("%+v\n%s", faults, calendar.FormatDays(days))
	}
	for line, code := range map[string]string{
		"2027-02-30 放假": "day", "2026-12-31 放假": "year", "2027-02-05 休": "kind", "2027-02-05": "line", "2027-02-07..2027-02-05 放假": "order",
		"2027-02-05 放假\n2-5 放假": "twice", "2027-02-05 上班": "weekday", "一、元旦：2026年12月31日至1月2日放假": "year", "一、元旦：不放": "line",
		"2027-02-05 放假 " + fmt.Sprintf("%050d", 1): "note", "\xff": "text", "2027-02-05.. 放假": "day", "20270205 放假": "day",
	} {
		if _, faults := calendar.ParseDays(2027, line); len(faults) != 1 || faults[0].Code != code {
			t.Errorf("%q: %+v, want %s", line, faults, code)
		}
	}
	_, faults = calendar.ParseDays(2027, "2-5 放假\n\nx\n2-6 休")
	if len(faults) != 2 || faults[0].Line != 3 || faults[1].Line != 4 {
		t.Errorf("faults %+v", faults)
	}
}

// What is written is read back.
func TestDaysRoundTrip(t *testing.T) {
	for _, table := range calendar.Built() {
		days, faults := calendar.ParseDays(table.Year, calendar.FormatDays(table.Days))
		if len(faults) > 0 || len(days) != len(table.Days) {
			t.Errorf("%d: %+v", table.Year, faults)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		var days []calendar.Exception
		for d := calendar.Day("2028-01-01"); d.Year() == 2028; d = d.Add(1) {
			if rapid.IntRange(0, 5).Draw(t, "named") > 0 {
				continue
			}
			x := calendar.Exception{Day: d, Kind: calendar.Rest, Note: rapid.SampledFrom([]string{"", "春节", "本市 停水"}).Draw(t, "note")}
			if w := d.Weekday(); w == 0 || w == 6 {
				x.Kind = rapid.SampledFrom([]calendar.Kind{calendar.Rest, calendar.Work}).Draw(t, "kind")
			}
			days = append(days, x)
		}
		back, faults := calendar.ParseDays(2028, calendar.FormatDays(days))
		if len(faults) > 0 || !slices.Equal(back, days) {
			t.Fatalf("%+v: %+v", faults, back)
		}
	})
}

func FuzzParseDays(f *testing.F) {
	f.Add("2027-02-05..2027-02-12 放假 春节\n2月14日 上班")
	f.Add("二、春节：2月5日（周五）至12日放假调休，共8天。2月14日（周日）、2月20日上班。")
	f.Add("一、:1月1日至放假")
	f.Fuzz(func(t *testing.T, text string) {
		days, faults := calendar.ParseDays(2027, text)
		if len(days) > 366 || len(faults) > 50 {
			t.Fatalf("%d days, %d faults", len(days), len(faults))
		}
		for i, x := range days {
			if x.Day.Year() != 2027 || (i > 0 && days[i-1].Day >= x.Day) {
				t.Fatalf("%s after %s", x.Day, days[max(i-1, 0)].Day)
			}
		}
		if len(faults) == 0 {
			if back, faults := calendar.ParseDays(2027, calendar.FormatDays(days)); len(faults) > 0 || !slices.Equal(back, days) {
				t.Fatalf("not read back: %+v\n%q", faults, calendar.FormatDays(days))
			}
		}
	})
}
