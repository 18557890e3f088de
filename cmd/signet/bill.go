package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"signet/cmd/signet/internal/accesslog"
	"signet/cmd/signet/internal/estimate/price"
)

const billUsage = `signet bill: what S3's access logs say that it cost

It counts the requests of a bucket's server access logs by S3's operations, and
prices them, and the bytes that came and went, with the table of signet estimate.
It says what the logs do not tell.

Usage:
  signet bill --from-logs PATH [--region REGION] [flags]

Flags:
  --from-logs PATH   a log, compressed or not, or a folder of them; - for standard
                     input
  --region REGION    whose prices count (default us-east-1)
  --prices FILE      other prices, as signet estimate --refresh writes them
  --json             print JSON in place of the table

Example:
  $ aws s3 sync s3://my-logs/logs/s3/uploads/ logs/ && signet bill --from-logs logs/
  12,410 requests from 2026-11-01 00:00 to 2026-11-30 23:58, in us-east-1
`

// billed is what the command says.
type billed struct {
	Region     string           `json:"region"`
	Files      int              `json:"files"`
	Records    int              `json:"records"`
	Unreadable int              `json:"unreadable"`
	From       *time.Time       `json:"from,omitempty"`
	To         *time.Time       `json:"to,omitempty"`
	Lines      []accesslog.Line `json:"lines"`
	USD        float64          `json:"usd"`
	Unknown    []string         `json:"unknown"`
	Prices     *pricesNote      `json:"prices"`
}

func billCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	set := c.flags("bill")
	from := set.String("from-logs", "", "")
	region := set.String("region", "us-east-1", "")
	priceFile := set.String("prices", "", "")
	rest, code, ok := c.parse(set, billUsage, args)
	switch {
	case !ok:
		return code
	case len(rest) > 0:
		return c.usage("got %q, want flags only: see signet bill --help", rest[0])
	case *from == "":
		return c.usage("got no logs, want --from-logs with a file, a folder or -: see signet bill --help")
	}
	book, err := readPrices(*priceFile)
	if err != nil {
		return c.usage("%v: see signet bill --help", err)
	}
	prices, err := book.Table(*region)
	if err != nil {
		return c.usage("--region: %v: see signet bill --help", err)
	}
	b := &accesslog.Bill{}
	if *from == "-" {
		b.Files = 1
		err = accesslog.Read(os.Stdin, b)
	} else {
		err = accesslog.ReadAll(*from, b)
	}
	if err == nil && b.Records == 0 {
		err = fmt.Errorf("got %d files and %d lines, none of them a record of an S3 access log: give the folder that S3 writes to", b.Files, b.Unreadable)
	}
	if err != nil {
		return c.fail(err)
	}
	said := billOf(b, prices)
	c.print(said, "%s", bytes.TrimRight(said.text(), "\n"))
	return exitDone
}

func billOf(b *accesslog.Bill, prices price.Table) *billed {
	lines, usd := b.Lines(prices)
	used := map[price.Item]float64{}
	for _, l := range lines {
		if l.Item != "" {
			used[l.Item] += l.Amount
		}
	}
	from, to := b.From.UTC(), b.To.UTC()
	return &billed{
		Region: prices.Region, Files: b.Files, Records: b.Records, Unreadable: b.Unreadable, From: &from, To: &to,
		Lines: lines, USD: usd, Unknown: accesslog.Unknown(), Prices: noteOf(prices, used, time.Now()),
	}
}

func (b *billed) text() []byte {
	var out bytes.Buffer
	const minute = "2006-01-02 15:04"
	fmt.Fprintf(&out, "%s requests from %s to %s, in %s\n\n", grouped(float64(b.Records)), b.From.Format(minute), b.To.Format(minute), b.Region)
	t := tabwriter.NewWriter(&out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "  USD\tbilled\trequests\terrors\t  what\n")
	for _, l := range b.Lines {
		billed, requests := "free", "\t"
		if l.Item != "" {
			billed = amount(l.Amount) + " " + plural(l.Unit, l.Amount)
		}
		if l.Count > 0 {
			requests = fmt.Sprintf("%s\t%d", grouped(float64(l.Count)), l.Errors)
		}
		fmt.Fprintf(t, "  %s\t%s\t%s\t  %s\n", dollars(l.USD), billed, requests, l.What)
	}
	fmt.Fprintf(t, "  %s\t\t\t\t  in all\n", dollars(b.USD))
	t.Flush()
	if b.Unreadable > 0 {
		fmt.Fprintf(&out, "\n%d lines are no records and do not count\n", b.Unreadable)
	}
	fmt.Fprint(&out, "\nNot in these logs\n")
	for _, u := range b.Unknown {
		fmt.Fprintf(&out, "  %s\n", u)
	}
	fmt.Fprintln(&out)
	b.Prices.write(&out)
	return out.Bytes()
}
