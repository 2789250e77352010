package main

import "errors"

// errUsage marks what the person who typed the command can mend.
var errUsage = errors.New("usage")

// cli is the command line; every flag can also be set by RECTIFY_ and its name.
type cli struct {
	Serve  serveCmd  `cmd:"" default:"withargs" help:"Serve the site (the default command)."`
	Import importCmd `cmd:"" help:"Make a notice of an official document (.docx, .html, .txt, .md)."`
	Check  checkCmd  `cmd:"" help:"Lint notices and site.yaml; one file:line: message a finding."`
	Verify verifyCmd `cmd:"" help:"Check the public log and everything that stands in it."`
	Staff  staffCmd  `cmd:"" help:"Accounts of the staff."`
	Demo   demoCmd   `cmd:"" help:"Fill an empty store with a lifelike, made-up world, to look at every page."`
	Bench  benchCmd  `cmd:"" help:"Measure speed as ratios in one run on this machine."`
	Ledger ledgerCmd `cmd:"" help:"The ledger of a notice as a table: out, and in again."`
	Export exportCmd `cmd:"" help:"Write out what the site shows."`
	Flood  floodCmd  `cmd:"" hidden:"" help:"Flood a site of its own, and look whether staff still see the honest ones."`

	Corpus corpusCmd `cmd:"" hidden:"" help:"Take three hundred messy messages in at a site of its own, and look for each of them."`
	PII    piiCmd    `cmd:"" name:"pii" hidden:"" help:"Measure on five hundred sentences how well personal data are found."`

	Torture tortureCmd `cmd:"" hidden:"" help:"Kill the program again and again while it takes in, and see that nothing is lost or doubled."`
	Doctor  doctorCmd  `cmd:"" help:"Say what is misconfigured and how to mend it; with the flags that the site is served with. Changes nothing."`
	Health  healthCmd  `cmd:"" hidden:"" help:"Ask a running site whether it lives; for container engines."`

	Content contentCmd `cmd:"" help:"Move notices between a folder and the database that copies of a site share."`

	Retain retainCmd `cmd:"" help:"Take away personal data that were kept for long enough; the site does it once a day by itself."`

	Keys keysCmd `cmd:"" help:"The keys that seal personal data: a new one, and old ones taken away."`

	Backup  backupCmd  `cmd:"" help:"Write everything that the site keeps into one sealed file."`
	Restore restoreCmd `cmd:"" help:"Read a backup into an empty store of any kind."`
}

// stored says where submissions and accounts are kept.
type stored struct {
	Data    string `help:"Folder of the embedded store." default:"./data" type:"path" placeholder:"DIR"`
	Mongo   string `help:"MongoDB to keep everything in, instead of the embedded store." placeholder:"URI"`
	KeyFile string `help:"File of the master key; made at first start. Copies that share a MongoDB share it." placeholder:"FILE"`

	KeysetFile string `help:"File of the keys that seal personal data; made at first start, beside the master key where none is named. Copies that share a MongoDB share it." placeholder:"FILE"`
}
