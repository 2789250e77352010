package pagecache

import (
	"sync"
	"sync/atomic"
)

// maxBytes bounds what is kept; the pages of a busy site take a tenth of it.
const maxBytes = 256 << 20

// Cache holds pages by key. It is safe for concurrent use.
type Cache struct {
	mu     sync.RWMutex
	pages  map[string]*Page
	byTag  map[string]map[string]bool // tag → keys
	bytes  int
	turned atomic.Uint64 // counts Drop and Clear
}

// NewCache makes an empty cache.
func NewCache() *Cache {
	return &Cache{pages: make(map[string]*Page), byTag: make(map[string]map[string]bool)}
}

// Get answers the page under key. The key may be a buffer that is used again.
func (c *Cache) Get(key []byte) *Page {
	c.mu.RLock()
	p := c.pages[string(key)] // no copy: the compiler knows this form
	c.mu.RUnlock()
	return p
}

// Turn is to be read before a page is made and handed to Put.
func (c *Cache) Turn() uint64 { return c.turned.Load() }

// Put keeps a page, unless anything was dropped since turn: what it was made
// from may be older than the change.
func (c *Cache) Put(key string, p *Page, turn uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.turned.Load() != turn || p.size > maxBytes/16 {
		return
	}
	if c.bytes+p.size > maxBytes {
		c.clear()
	}
	c.forget(key)
	c.pages[key] = p
	c.bytes += p.size
	for _, t := range p.tags {
		if c.byTag[t] == nil {
			c.byTag[t] = make(map[string]bool)
		}
		c.byTag[t][key] = true
	}
}

// Drop forgets every page with one of the tags.
func (c *Cache) Drop(tags ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turned.Add(1)
	for _, t := range tags {
		for key := range c.byTag[t] {
			c.forget(key)
		}
	}
}

// Clear forgets everything.
func (c *Cache) Clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turned.Add(1)
	c.clear()
}

func (c *Cache) clear() {
	clear(c.pages)
	clear(c.byTag)
	c.bytes = 0
}

func (c *Cache) forget(key string) {
	p, ok := c.pages[key]
	if !ok {
		return
	}
	delete(c.pages, key)
	c.bytes -= p.size
	for _, t := range p.tags {
		if delete(c.byTag[t], key); len(c.byTag[t]) == 0 {
			delete(c.byTag, t)
		}
	}
}
