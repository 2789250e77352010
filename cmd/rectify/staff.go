package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/staff"
	"rectify/site/i18n"
	"rectify/site/web"
)

// staffCmd manages accounts without the desk: at the first start, and when
// nobody can sign in any more.
type staffCmd struct {
	Add     staffAdd     `cmd:"" help:"Make an account."`
	List    staffList    `cmd:"" help:"List the accounts."`
	Disable staffDisable `cmd:"" help:"Shut an account out."`
	Reset   staffReset   `cmd:"" help:"Give an account a new password and print it."`
}

type staffAdd struct {
	stored
	Name          string   `arg:"" help:"Name to sign in with."`
	Role          []string `required:"" help:"moderator, replier, approver, auditor or admin; may be repeated."`
	Notice        []string `help:"Hold moderator, replier and approver for this notice only, by its slug; may be repeated." placeholder:"SLUG"`
	Display       string   `help:"Name that colleagues see."`
	Office        string   `help:"Office that the person answers for."`
	PasswordStdin bool     `help:"Read the password from standard input; otherwise one is drawn and printed."`
}

type staffList struct{ stored }

type staffDisable struct {
	stored
	Name string `arg:""`
}

type staffReset struct {
	stored
	Name    string `arg:""`
	Factors bool   `help:"Also clear one-time codes, recovery codes and passkeys, for who lost them."`
}

// noted is with, and the audit chain says of it.
func (s stored) noted(ctx context.Context, act audit.Act, name, reason string, do func(*staff.Keeper) error) error {
	return s.with(ctx, func(k *staff.Keeper, st store) error {
		if err := atConsole(ctx, st, act, staff.Fold(name), reason); err != nil {
			return err
		}
		return do(k)
	})
}

// with opens the store, does something with the keeper and closes it.
func (s stored) with(ctx context.Context, do func(*staff.Keeper, store) error) error {
	opened, err := s.open(ctx)
	if err != nil {
		return err
	}
	k, err := keeper(opened)
	if err == nil {
		err = do(k, opened)
	}
	return errors.Join(inWords(err), opened.Close())
}

// inWords says a fault of input in the catalogue's words.
func inWords(err error) error {
	var v feedback.Invalid
	if !errors.As(err, &v) {
		return err
	}
	words, loadErr := i18n.Load()
	if loadErr != nil {
		return loadErr
	}
	return fmt.Errorf("%s: %s", v.Field, web.FaultText(words, i18n.Chinese, v))
}

// Run makes an account.
func (c *staffAdd) Run(ctx context.Context) error {
	n := staff.New{Name: c.Name, Display: c.Display, Office: c.Office}
	for _, r := range c.Role {
		n.Roles = append(n.Roles, feedback.Role(r))
	}
	if len(c.Notice) > 0 {
		n.Only = staff.Limits{}
		for _, r := range feedback.Limitable() {
			n.Only[r] = c.Notice
		}
	}
	if c.PasswordStdin {
		line, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if err != nil && line == "" {
			return fmt.Errorf("password: %w", err)
		}
		n.Password = strings.TrimRight(line, "\r\n")
	} else {
		n.Password = rand.Text()[:20]
	}
	return c.noted(ctx, audit.Account, c.Name, strings.Join(c.Role, ", "), func(k *staff.Keeper) error {
		if err := k.Add(ctx, n); err != nil {
			return err
		}
		if !c.PasswordStdin {
			fmt.Println(n.Password)
		}
		return nil
	})
}

// Run lists the accounts.
func (c *staffList) Run(ctx context.Context) error {
	return c.with(ctx, func(k *staff.Keeper, _ store) error {
		list, err := k.Accounts(ctx)
		for _, a := range list {
			state := "active"
			if a.Disabled {
				state = "disabled"
			}
			fmt.Printf("%s\t%s\t%s\t%s\n", a.Name, a.Display, state, rolesOf(a))
		}
		return err
	})
}

// rolesOf are the roles of an account, each with the notices that it is limited to.
func rolesOf(a staff.Account) string {
	list := make([]string, 0, len(a.Roles))
	for _, r := range a.Roles {
		text := string(r)
		if only, limited := a.Only[r]; limited {
			text += "(" + strings.Join(only, ",") + ")"
		}
		list = append(list, text)
	}
	return "[" + strings.Join(list, " ") + "]"
}

// Run shuts an account out.
func (c *staffDisable) Run(ctx context.Context) error {
	return c.noted(ctx, audit.Disable, c.Name, "", func(k *staff.Keeper) error { return k.Disable(ctx, audit.Console, c.Name, true) })
}

// Run gives an account a new password.
func (c *staffReset) Run(ctx context.Context) error {
	if c.Factors { // never dropped by a new password alone
		err := c.noted(ctx, audit.FactorReset, c.Name, "", func(k *staff.Keeper) error { return k.ResetFactors(ctx, c.Name) })
		if err != nil {
			return err
		}
	}
	return c.noted(ctx, audit.Reset, c.Name, "", func(k *staff.Keeper) error {
		password, err := k.Reset(ctx, c.Name)
		if err == nil {
			fmt.Println(password)
		}
		return err
	})
}
