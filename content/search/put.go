package search

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"
)

// The fields of a document in the index. Words and filters are only searched,
// the rest is only kept.
const (
	fieldWords  = "w"
	fieldFilter = "f"
	fieldGroup  = "g"
	fieldTitle  = "t"
	fieldText   = "x"
	fieldMeta   = "m"
)

const searched = index.IndexField | index.SkipFreqNorm

// Put puts groups in, each in place of what stood under its name. A group
// whose revision is there already costs one look-up. All of one call is seen
// at once; the last of two groups of one name counts.
func (x *Index) Put(ctx context.Context, groups ...Group) error {
	for i := range groups {
		if err := groups[i].check(); err != nil {
			return err
		}
	}
	x.putting.Lock()
	defer x.putting.Unlock()
	return x.with(ctx, func(b bleve.Index) error {
		v, err := newView(b)
		if err != nil {
			return err
		}
		defer v.close()
		batch := b.NewBatch()
		done := make(map[string]bool, len(groups))
		for i := len(groups) - 1; i >= 0; i-- {
			if g := &groups[i]; !done[g.Name] {
				done[g.Name] = true
				if err := x.file(v, batch, g); err != nil {
					return err
				}
			}
		}
		if batch.Size() == 0 {
			return nil
		}
		return x.write(b, batch)
	})
}

// Drop takes groups out.
func (x *Index) Drop(ctx context.Context, names ...string) error {
	groups := make([]Group, len(names))
	for i, n := range names {
		groups[i].Name = n
	}
	return x.Put(ctx, groups...)
}

// file adds to batch what makes the index hold g.
func (x *Index) file(v *view, batch *bleve.Batch, g *Group) error {
	was, err := v.having(fieldGroup, g.Name)
	if err != nil {
		return err
	}
	old, err := v.places(was)
	if err != nil {
		return err
	}
	if len(old) > 0 && g.Rev != "" && len(g.Docs) > 0 {
		d, err := v.document(old[0])
		if err != nil {
			return err
		}
		if d.Rev == g.Rev {
			return nil
		}
	}
	ids := make([]string, 0, len(g.Docs))
	for i := range g.Docs {
		id := g.Docs[i].id()
		ids = append(ids, id)
		doc, err := x.bleveDocument(id, &g.Docs[i], g)
		if err != nil {
			return err
		}
		if err := batch.IndexAdvanced(doc); err != nil {
			return fmt.Errorf("%.100q: %w", id, err)
		}
	}
	for _, p := range old {
		if !slices.Contains(ids, p.id) {
			batch.Delete(p.id)
		}
	}
	return nil
}

func (x *Index) bleveDocument(id string, d *Document, g *Group) (*document.Document, error) {
	title, text := cut(d.Title, maxText), cut(d.Text, maxText)
	secs := seconds(d.At)
	meta, err := json.Marshal(stored{Document: *d, Group: g.Name, Rev: g.Rev, Secs: secs})
	if err != nil {
		return nil, fmt.Errorf("%.100q: %w", id, err)
	}
	x.span.add(dayOf(secs))
	doc := document.NewDocument(id)
	doc.AddField(document.NewTextFieldCustom(fieldWords, nil, []byte(title+"\n"+text), searched, wordTerms{}))
	doc.AddField(document.NewTextFieldCustom(fieldFilter, nil, nil, searched, listed(filterTerms(d, secs))))
	doc.AddField(document.NewTextFieldCustom(fieldGroup, nil, nil, searched, listed{g.Name}))
	doc.AddField(document.NewTextFieldWithIndexingOptions(fieldTitle, nil, []byte(title), index.StoreField))
	doc.AddField(document.NewTextFieldWithIndexingOptions(fieldText, nil, []byte(text), index.StoreField))
	doc.AddField(document.NewTextFieldWithIndexingOptions(fieldMeta, nil, meta, index.StoreField))
	return doc, nil
}

// filterTerms are what a document can be filtered by.
func filterTerms(d *Document, secs uint32) []string {
	terms := []string{"k:" + string(d.Kind)}
	for prefix, value := range map[string]string{"n:": d.Notice, "s:": d.Status, "b:": d.Body} {
		if value != "" {
			terms = append(terms, prefix+value)
		}
	}
	if d.Year != 0 {
		terms = append(terms, fmt.Sprintf("y:%d", d.Year))
	}
	for level := range levels {
		terms = append(terms, runOf(level, dayOf(secs)))
	}
	return terms
}

// wordTerms is the analyzer of titles and texts.
type wordTerms struct{}

// Analyze implements analysis.Analyzer; each term is answered once.
func (wordTerms) Analyze(text []byte) analysis.TokenStream {
	units := fold(make([]unit, 0, len(text)/3+16), string(text))
	seen := make(map[string]bool, 2*len(units))
	var stream analysis.TokenStream
	slab := make([]analysis.Token, 0, 2*len(units))
	eachTerm(units, func(term []byte) {
		if seen[string(term)] {
			return
		}
		key := string(term)
		seen[key] = true
		slab = append(slab, analysis.Token{Term: []byte(key)})
		stream = append(stream, &slab[len(slab)-1])
	})
	return stream
}

// listed is an analyzer that answers terms as they were given.
type listed []string

// Analyze implements analysis.Analyzer.
func (l listed) Analyze([]byte) analysis.TokenStream {
	stream := make(analysis.TokenStream, len(l))
	for i, t := range l {
		stream[i] = &analysis.Token{Term: []byte(t)}
	}
	return stream
}

// Names answers the names of groups that begin with prefix, in order.
func (x *Index) Names(ctx context.Context, prefix string, yield func(name string) error) error {
	return x.with(ctx, func(b bleve.Index) error {
		v, err := newView(b)
		if err != nil {
			return err
		}
		defer v.close()
		dict, err := v.snap.FieldDictPrefix(fieldGroup, []byte(prefix))
		if err != nil {
			return fmt.Errorf("names: %w", err)
		}
		defer func() { _ = dict.Close() }()
		for {
			e, err := dict.Next()
			if err != nil || e == nil {
				return err //nolint:wrapcheck // of the index, as above
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			// The dictionary may still hold what was deleted.
			was, err := v.having(fieldGroup, e.Term)
			if err != nil {
				return err
			}
			if was.size() == 0 {
				continue
			}
			if err := yield(e.Term); err != nil {
				return err
			}
		}
	})
}

// Has reports whether a group is there in that revision.
func (x *Index) Has(ctx context.Context, name, rev string) (has bool, err error) {
	err = x.with(ctx, func(b bleve.Index) error {
		v, err := newView(b)
		if err != nil {
			return err
		}
		defer v.close()
		kept, some, err := v.revision(name)
		has = some && kept == rev
		return err
	})
	return has, err
}

// revision is the revision of a group that is there.
func (v *view) revision(name string) (rev string, some bool, err error) {
	was, err := v.having(fieldGroup, name)
	if err != nil {
		return "", false, err
	}
	for i, b := range was {
		if b == nil {
			continue
		}
		d, err := v.document(place{seg: i, doc: b.Minimum()})
		return d.Rev, true, err
	}
	return "", false, nil
}
