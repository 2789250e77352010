package feedback

// Tri is a question that may be left open.
type Tri int8

// The answers that a Query may ask for.
const (
	Any Tri = iota
	Yes
	No
)

// Campaign (同类意见) is a group of near-equal submissions that wait to be
// moderated, so that they can be looked at as one.
type Campaign struct {
	Likeness string
	N        int    // how many of them match the query
	First    Number // the lowest number of them
}

// Bounds of what is asked about campaigns.
const (
	CampaignFrom = 2   // so many make a campaign
	MaxCampaigns = 500 // in one answer, and in Query.Apart
)
