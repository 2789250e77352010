package cursor

import (
	"strconv"

	"rectify/feedback"
)

// perYear is how many numbers fit into a year: serials have nine digits at most.
const perYear = 1_000_000_000

// MaxSerial is the largest number of one year's series.
const MaxSerial = perYear - 1

// Serial is a number as one integer that sorts as numbers do (the text does
// not: 2026-1000000 comes after 2026-999999). It reports false for anything
// that is not exactly a number.
func Serial(n feedback.Number) (int64, bool) {
	if p, ok := feedback.ParseNumber(string(n)); !ok || p != n {
		return 0, false
	}
	year, _ := strconv.ParseInt(string(n[:4]), 10, 64)
	nth, _ := strconv.ParseInt(string(n[5:]), 10, 64)
	return year*perYear + nth, true
}

// SerialOf is the serial of the nth number of a year.
func SerialOf(year int, nth int64) int64 { return int64(year)*perYear + nth }

// Number is the reverse of Serial.
func Number(serial int64) feedback.Number {
	return feedback.MakeNumber(int(serial/perYear), serial%perYear)
}
