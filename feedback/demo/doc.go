// Package demo makes up a lifelike world for people who look at the program for
// the first time: opinions of a made-up town about the two built-in notices and
// its bureau, and all that became of them. The same seed makes the same world,
// but for what must be secret: receipt codes, blinds, keys.
//
// Nothing is put together by hand. Every submission goes in through Intake and
// on through Office, as the site's own do, under a clock that moves; so whatever
// Apply would refuse cannot come about here.
//
// It must not know stores, pages, or a notice beyond its name and those of its
// items, which stand in texts/. All people, places and numbers are made up:
// telephones are of an area that does not exist, mail goes to .example.
//
// Start reading at world.go, then life.go; texts.go reads what people say.
package demo
