package price

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// snapshot is the prices that come with this package. Its sources are named once;
// in a source such as "ew1 AWSLambda" the second word takes the place of the star
// in the first one's address.
//
//go:embed snapshot.json
var snapshot []byte

var parsed = sync.OnceValues(func() (Book, error) { return Parse(snapshot) })

// Book is the tables of several regions, and what storage costs in some more.
type Book struct {
	tables  map[string]Table
	storage map[string]Figure
}

// Snapshot is the prices that come with this package. An error means that this
// binary was put together wrongly.
func Snapshot() (Book, error) { return parsed() }

// Regions lists the regions whose prices are known, in alphabetical order.
func (b Book) Regions() []string { return slices.Sorted(maps.Keys(b.tables)) }

// Table is the prices of a region. The error lists those that are known.
func (b Book) Table(region string) (Table, error) {
	t, ok := b.tables[region]
	if !ok {
		return Table{}, fmt.Errorf("got region %q, want one of %s", region, strings.Join(b.Regions(), ", "))
	}
	return t, nil
}

// Standard is the price of a GB-month in S3 Standard, which is known of more regions
// than have a table. It is false for a region of which it is not.
func (b Book) Standard(region string) (Figure, bool) {
	if t, ok := b.tables[region]; ok {
		return t.Figure(Storage(Standard)), true
	}
	figure, ok := b.storage[region]
	return figure, ok
}

// file is the form of the snapshot, and of the file that --refresh writes.
type file struct {
	Sources map[string]Source        `json:"sources"`
	Regions map[string]map[Item]line `json:"regions"`
	// Storage is a GB-month of S3 Standard in regions without a table.
	Storage map[string]line `json:"storage,omitempty"`
}

type line struct {
	Unit   string  `json:"unit"`
	Source string  `json:"source"`
	USD    float64 `json:"usd"`
	Beyond []step  `json:"beyond,omitempty"`
	Free   float64 `json:"free,omitempty"`
}

type step struct {
	From   float64 `json:"from"`
	USD    float64 `json:"usd"`
	Source string  `json:"source"`
}

// Parse reads a file of prices. Each of its regions must have all items, in their
// units, with sources that are named in it.
func Parse(data []byte) (Book, error) {
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return Book{}, fmt.Errorf("got prices that are not JSON of the right form: %w", err)
	}
	if len(f.Regions) == 0 {
		return Book{}, errors.New("got prices of no region, want at least one: write the file with signet estimate --refresh")
	}
	b := Book{tables: map[string]Table{}, storage: map[string]Figure{}}
	for region, lines := range f.Regions {
		t := Table{Region: region, figures: map[Item]Figure{}}
		for _, item := range Items() {
			figure, err := f.figure(item, lines)
			if err != nil {
				return Book{}, fmt.Errorf("prices of %s: %w", region, err)
			}
			t.figures[item] = figure
		}
		b.tables[region] = t
	}
	for region, l := range f.Storage {
		figure, err := f.figure(Storage(Standard), map[Item]line{Storage(Standard): l})
		if err != nil {
			return Book{}, fmt.Errorf("prices of %s: %w", region, err)
		}
		b.storage[region] = figure
	}
	return b, nil
}

func (f file) figure(item Item, lines map[Item]line) (Figure, error) {
	l, ok := lines[item]
	if !ok {
		return Figure{}, fmt.Errorf("got none for %s, want one in USD for each %s", item, item.Unit())
	}
	if l.Unit != item.Unit() {
		return Figure{}, fmt.Errorf("%s: got unit %q, want %s", item, l.Unit, item.Unit())
	}
	figure := Figure{Unit: l.Unit, Free: l.Free}
	for _, s := range append([]step{{0, l.USD, l.Source}}, l.Beyond...) {
		source, err := f.source(s.Source)
		last := len(figure.Tiers) - 1
		switch {
		case err != nil:
			return Figure{}, fmt.Errorf("%s: %w", item, err)
		case !(s.USD >= 0 && s.USD < 1e6):
			return Figure{}, fmt.Errorf("%s: got %v USD, want 0 to a million", item, s.USD)
		case last >= 0 && !(s.From > figure.Tiers[last].From):
			return Figure{}, fmt.Errorf("%s: got a tier from %v, want more than %v", item, s.From, figure.Tiers[last].From)
		}
		figure.Tiers = append(figure.Tiers, Tier{s.From, s.USD, source})
	}
	return figure, nil
}

func (f file) source(name string) (Source, error) {
	id, service, _ := strings.Cut(name, " ")
	s, ok := f.Sources[id]
	if !ok {
		return s, fmt.Errorf("got source %q, want one of %s", id, strings.Join(slices.Sorted(maps.Keys(f.Sources)), ", "))
	}
	if _, err := time.Parse(time.DateOnly, s.Date); s.Date != "" && err != nil {
		return s, fmt.Errorf("source %s: got date %q, want one such as 2026-10-01", id, s.Date)
	}
	s.URL = strings.Replace(s.URL, "*", service, 1)
	return s, nil
}

// JSON is a book of the given tables in the form that [Parse] reads.
func JSON(tables ...Table) ([]byte, error) {
	f := file{Sources: map[string]Source{}, Regions: map[string]map[Item]line{}}
	names := map[Source]string{}
	name := func(s Source) string {
		if names[s] == "" {
			names[s] = fmt.Sprintf("s%d", len(names)+1)
			f.Sources[names[s]] = s
		}
		return names[s]
	}
	for _, t := range tables {
		lines := map[Item]line{}
		for _, item := range Items() {
			figure := t.figures[item]
			l := line{Unit: figure.Unit, Free: figure.Free}
			for i, tier := range figure.Tiers {
				if i == 0 {
					l.USD, l.Source = tier.USD, name(tier.Source)
					continue
				}
				l.Beyond = append(l.Beyond, step{tier.From, tier.USD, name(tier.Source)})
			}
			lines[item] = l
		}
		f.Regions[t.Region] = lines
	}
	return json.MarshalIndent(f, "", " ")
}

// With is the table with some figures replaced, under another region's name
// where region is not empty.
func (t Table) With(region string, figures map[Item]Figure) Table {
	all := maps.Clone(t.figures)
	maps.Copy(all, figures)
	if region == "" {
		region = t.Region
	}
	return Table{Region: region, figures: all}
}
