// Package calendar counts days: calendar days (自然日) and working days
// (工作日) by the State Council's yearly table of public holidays and make-up
// working days (国务院办公厅关于部分节假日安排的通知), which lunar-go carries up
// to 2026, with changes of a body's own.
//
// It knows dates only. A year without an official table is counted from Monday
// to Friday and every result that touched it says Provisional: it is never
// passed off as certain.
//
// Start reading at day.go, then working.go and table.go.
package calendar
