package staff

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"rectify/feedback"
)

// Bounds of an account.
const (
	minPassword = 10 // characters
	maxPassword = 200
	maxDisplay  = 30
)

// New is an account that is to be made.
type New struct {
	Name, Display, Office string
	Roles                 []feedback.Role
	Only                  Limits // of the roles, which are held for some notices only
	Password              string
}

var namePattern = regexp.MustCompile(`^[a-z0-9\p{Han}][a-z0-9\p{Han}._-]{1,39}$`)

// Fold is a sign-in name as it is kept: the same for every way of typing it.
func Fold(name string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(name)))
}

// check answers the account tidied, or a feedback.Invalid.
func (n New) check() (New, error) {
	n, err := n.tidy()
	if err != nil {
		return n, err
	}
	return n, checkPassword(n.Name, n.Password)
}

// tidy is check for an account without a password.
func (n New) tidy() (New, error) {
	if len(n.Name) > 200 || len(n.Display) > 400 || len(n.Office) > 400 {
		return n, feedback.Invalid{Field: "name", Rule: "account-name"}
	}
	n.Name = Fold(n.Name)
	if !namePattern.MatchString(n.Name) {
		return n, feedback.Invalid{Field: "name", Rule: "account-name"}
	}
	n.Display = strings.TrimSpace(feedback.Visible(n.Display))
	if n.Display == "" {
		n.Display = n.Name
	}
	n.Office = strings.TrimSpace(feedback.Visible(n.Office))
	for field, s := range map[string]string{"display": n.Display, "office": n.Office} {
		if c := utf8.RuneCountInString(s); c > maxDisplay || !utf8.ValidString(s) || strings.Contains(s, "\n") {
			return n, feedback.Invalid{Field: field, Rule: "too-long", Args: []any{maxDisplay, max(c-maxDisplay, 1)}}
		}
	}
	var err error
	n.Roles, n.Only, err = checkRoles(n.Roles, n.Only)
	return n, err
}

// maxLimits bounds the notices that one role is limited to.
const maxLimits = 200

// checkRoles answers roles and their limits tidied.
func checkRoles(roles []feedback.Role, only Limits) ([]feedback.Role, Limits, error) {
	roles = slices.Clone(roles)
	slices.Sort(roles)
	roles = slices.Compact(roles)
	if len(roles) == 0 {
		return nil, nil, feedback.Invalid{Field: "role", Rule: "required"}
	}
	var tidy Limits
	for _, r := range roles {
		if !r.Valid() {
			return nil, nil, feedback.Invalid{Field: "role", Rule: "unknown"}
		}
		list, limited := only[r]
		if !limited || !slices.Contains(feedback.Limitable(), r) {
			continue
		}
		list = slices.Clone(list)
		slices.Sort(list)
		list = slices.Compact(list)
		if len(list) == 0 || len(list) > maxLimits || slices.ContainsFunc(list, func(slug string) bool { return slug == "" || len(slug) > 200 }) {
			return nil, nil, feedback.Invalid{Field: "role", Rule: "role-notices", Args: []any{maxLimits}}
		}
		if tidy == nil {
			tidy = Limits{}
		}
		tidy[r] = list
	}
	return roles, tidy, nil
}

// checkPassword asks for length, and that it is none of those that everybody
// tries first (NIST SP 800-63B): rules about kinds of characters make passwords
// worse. The account's own name in it does not count.
func checkPassword(name, password string) error {
	n := utf8.RuneCountInString(strings.ReplaceAll(strings.ToLower(password), name, ""))
	distinct := make(map[rune]bool)
	for _, r := range password {
		distinct[r] = true
	}
	if n < minPassword || len(password) > maxPassword || len(distinct) < 5 {
		return feedback.Invalid{Field: "password", Rule: "password", Args: []any{minPassword}}
	}
	if common(password) {
		return feedback.Invalid{Field: "password", Rule: "common-password"}
	}
	return nil
}
