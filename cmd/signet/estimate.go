package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"signet/cmd/signet/internal/chart"
	"signet/cmd/signet/internal/estimate/price"
	"signet/cmd/signet/internal/pricelist"
)

const estimateUsage = `signet estimate: what it will cost, how long it takes, what binds first

It prices a workload under a configuration, month by month: storage in each class,
requests, encryption, the API, logs, transfer; and each option on and off. Prices
come with signet, each line with the day and the place where its price was read. It tells the
time of an upload in one PUT and in parts, as the engines send them, and which of
AWS's quotas binds first at a rate of uploads. Asked together, all are told.

Usage:
  signet estimate --files-per-month N [--average-size SIZE] [flags]
  signet estimate --size SIZE --link RATE --rtt TIME [flags]
  signet estimate --rate N [--average-size SIZE] [flags]
  signet estimate --refresh FILE [--region REGION]

Flags:
  --files-per-month N    uploads, such as 1000 or 2.5e6
  --average-size SIZE    of a file, such as 10MiB (default)
  --downloads N          of whole files, a month (default 0)
  --retain DAYS          after which people delete their files (default 0: never)
  --overwritten SHARE    of uploads that replace a file, such as 5% (default 0)
  --unfinished SHARE     uploads begun and left, for each finished one (default 0)
  --files-per-visit N    sent or fetched at a time (default 10)
  --terminal             everything comes from the command line, not from browsers
  --users N              who sign in during a month (default 0)
  --guests SHARE         of files sent and fetched by passes, such as 20% (default 0)
  --space SPACE          that the files go to, with its lifecycle and quota (default:
                         each caller's own)
  --months N             that are priced, 1 to 120 (default 12)
  --size SIZE            of a file whose time is told, such as 1TB
  --link RATE            of the line, such as 200Mbps
  --rtt TIME             to S3 and back, such as 180ms
  --per-connection RATE  that the way gives to one connection (default: TCP's own)
  --loss SHARE           of packets, such as 0.1% (default 0)
  --edge-rtt TIME        to Transfer Acceleration and back (default 20ms)
  --rate N               uploads begun a second, up to 1000000
  --files-per-call N     small files that one call signs (default 1)
  --partitions N         that S3 has made of the key space (default 1)
  --uploads-per-sign-in N
                         that a token is used for (default 10)
  --no-bucket-key        as it would be without the stack's bucket key
  --simulate             what happens at rates up to a million, with --seed N
  --region REGION        whose prices and quotas count (default us-east-1)
  --config FILE          configuration (default cdk.json, if it is there)
  --transition DAYS      in place of the configuration's lifecycle.transition
  --class CLASS          that files are moved to: STANDARD_IA, GLACIER_IR (default)
                         or GLACIER
  --small                moves files under 128 KiB too, which S3 else leaves
  --free                 counts what an account gets each month for nothing
  --prices FILE          other prices, as --refresh writes them
  --refresh FILE         writes the region's prices of today to FILE, from the AWS
                         Price List, and ends
  --price-list URL       a mirror of the AWS Price List (default: AWS's own)
  --svg FILE             draws the months
  --html FILE            writes a page of everything, without script
  --json                 print JSON in place of tables

Example:
  $ signet estimate --files-per-month 1000 --average-size 50MiB --downloads 200
  What it costs: 1,000 files a month of 50 MiB in us-east-1

  $ signet estimate --size 1TB --link 200Mbps --rtt 180ms --per-connection 20Mbps
  $ signet estimate --rate 500 --simulate --html limits.html
`

// section is a part of what the command says: a struct for JSON, which writes
// itself as text.
type section interface{ write(w io.Writer) }

// estimated is everything that was estimated: one struct for text and JSON. A
// section that nobody asked for is left out.
type estimated struct {
	Time   section     `json:"time,omitempty"`
	Cost   section     `json:"cost,omitempty"`
	Limits section     `json:"limits,omitempty"`
	Prices *pricesNote `json:"prices,omitempty"`

	figures []chart.Figure
}

// sections is what there is to say, in the order in which it is said.
func (e *estimated) sections() (all []section) {
	for _, s := range []section{e.Time, e.Cost, e.Limits} {
		if s != nil {
			all = append(all, s)
		}
	}
	if e.Prices != nil {
		all = append(all, e.Prices)
	}
	return all
}

func (e *estimated) text() string {
	var out bytes.Buffer
	for i, s := range e.sections() {
		if i > 0 {
			fmt.Fprintln(&out)
		}
		s.write(&out)
	}
	return out.String()
}

// estimateFlags is what was asked for: each section has flags of its own.
type estimateFlags struct {
	cost         costFlags
	time         timeFlags
	limits       limitsFlags
	prices       string // file; empty: the snapshot
	refresh      string // file to write; empty: none
	region       string
	svg, html    string
	priceAddress string // of the AWS Price List, or of a mirror
}

func estimateCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	var f estimateFlags
	set := c.flags("estimate")
	set.StringVar(&f.prices, "prices", "", "")
	set.StringVar(&f.refresh, "refresh", "", "")
	set.StringVar(&f.priceAddress, "price-list", pricelist.Address, "")
	set.StringVar(&f.region, "region", "us-east-1", "")
	set.StringVar(&f.svg, "svg", "", "")
	set.StringVar(&f.html, "html", "", "")
	f.cost.define(set)
	f.time.define(set)
	f.limits.define(set)
	rest, code, ok := c.parse(set, estimateUsage, args)
	switch {
	case !ok:
		return code
	case len(rest) > 0:
		return c.usage("got %q, want flags only: see signet estimate --help", rest[0])
	case f.refresh != "":
		return f.writePrices(c)
	case !f.cost.asked() && !f.time.asked() && !f.limits.asked():
		return c.usage("got nothing to estimate, want --files-per-month, --size or --rate: see signet estimate --help")
	}
	e, err := f.estimate()
	if err != nil {
		return c.usage("%v: see signet estimate --help", err)
	}
	if err := f.draw(e); err != nil {
		return c.fail(err)
	}
	c.print(e, "%s", bytes.TrimRight([]byte(e.text()), "\n"))
	return exitDone
}

// estimate works out the sections that were asked for.
func (f *estimateFlags) estimate() (*estimated, error) {
	book, err := readPrices(f.prices)
	if err != nil {
		return nil, err
	}
	prices, err := book.Table(f.region)
	if err != nil {
		return nil, fmt.Errorf("--region: %w; for another one write its prices with --refresh and give them with --prices", err)
	}
	e := &estimated{}
	used := map[price.Item]float64{}
	if f.time.asked() {
		if err := f.time.into(e, prices, used); err != nil {
			return nil, err
		}
	}
	if f.cost.asked() {
		if err := f.cost.into(e, prices, used); err != nil {
			return nil, err
		}
	}
	if f.limits.asked() {
		config, err := loadConfig(f.cost.config)
		if err != nil {
			return nil, err
		}
		if err := f.limits.into(e, f.region, f.cost.workload.AverageSize, config); err != nil {
			return nil, err
		}
	}
	if len(used) > 0 {
		e.Prices = noteOf(prices, used, time.Now())
	}
	return e, nil
}

// draw writes the picture and the page.
func (f *estimateFlags) draw(e *estimated) error {
	if f.svg != "" && len(e.figures) > 0 {
		if err := os.WriteFile(f.svg, e.figures[0].SVG, 0o644); err != nil {
			return err
		}
	}
	if f.html == "" {
		return nil
	}
	var page bytes.Buffer
	if err := chart.Page(&page, "What will it cost?", e.figures, e.text()); err != nil {
		return err
	}
	return os.WriteFile(f.html, page.Bytes(), 0o644)
}

// readPrices reads a file of prices, or takes those that come with signet.
func readPrices(name string) (price.Book, error) {
	if name == "" {
		return price.Snapshot()
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return price.Book{}, err
	}
	book, err := price.Parse(data)
	if err != nil {
		return book, fmt.Errorf("%s: %w", name, err)
	}
	return book, nil
}

func (f *estimateFlags) writePrices(c *console) int {
	ctx, stop := interruptible()
	defer stop()
	said, err := f.refreshed(ctx, c)
	if err != nil {
		return c.fail(err)
	}
	c.print(said, "%s has the prices of %s: %d of %d figures read now\nKept as they were: %s", f.refresh, f.region, said.Read, len(price.Items()), orNone(said.Kept))
	return exitDone
}

// refreshNote says what a refresh brought.
type refreshNote struct {
	File   string                `json:"file"`
	Region string                `json:"region"`
	Read   int                   `json:"read"`
	Kept   map[price.Item]string `json:"kept"` // and why
}

func (f *estimateFlags) refreshed(ctx context.Context, c *console) (refreshNote, error) {
	book, err := readPrices(f.prices)
	if err != nil {
		return refreshNote{}, err
	}
	before, err := book.Table(f.region)
	if err != nil {
		if before, err = book.Table(book.Regions()[len(book.Regions())-1]); err != nil {
			return refreshNote{}, err
		}
	}
	table, kept, err := f.priceList(c).Refresh(ctx, f.region, before)
	if err != nil {
		return refreshNote{}, err
	}
	data, err := price.JSON(table)
	if err != nil {
		return refreshNote{}, err
	}
	return refreshNote{f.refresh, f.region, len(price.Items()) - len(kept), kept}, os.WriteFile(f.refresh, append(data, '\n'), 0o644)
}
