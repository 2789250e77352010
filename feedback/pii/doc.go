// Package pii finds personal data (个人信息) in Chinese text: telephone,
// identity, bank and passport numbers, plates, mail and chat accounts, homes,
// names and receipt codes. A finding is a proposal to the moderator, who
// decides; those that are Sure also hold up publishing until somebody has
// looked (Residue), and identity and bank numbers among them can be masked
// before anything is stored (MaskStrong).
//
// What is personal: what leads to the sender, a relative or a neighbour. Not
// found are officials named in their office (局长王某某) and others whom a
// text is about, for whether they stay is a decision about the matter and not
// about a pattern; telephones said to be an office's (值班电话, 办公电话,
// 400 numbers); the place of a problem (中山路12号门口) as long as nobody is
// said to live there and no room is named; a community or village alone.
//
// How well it does is measured on the sentences of its sub-package.
//
// It must not know where a text came from, who may read it, or a store.
//
// Start reading at find.go, then view.go for how text is read and number.go
// for what a run of digits may be.
package pii
