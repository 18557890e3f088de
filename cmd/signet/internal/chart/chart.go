// Package chart draws figures as SVG, and puts them on a page that needs no
// script: what a bill is made of by month, and how long methods take.
package chart

import (
	"bytes"
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

const (
	width, height = 24 * vg.Centimeter, 12 * vg.Centimeter
	legendWidth   = 4 * vg.Centimeter
)

// Series is one of the parts that are stacked, with a value for each column.
type Series struct {
	Name   string
	Values []float64 // none below 0
}

// Stacked draws a column of stacked parts for each label. unit names what is
// counted, such as USD. Parts that are 0 everywhere are left out.
func Stacked(title, unit string, columns []string, parts []Series) ([]byte, error) {
	p, legend := sheet(title, unit), beside()
	thick := barWidth(len(columns))
	var below *plotter.BarChart
	var names []string
	var bars []*plotter.BarChart
	for i, part := range parts {
		if len(part.Values) != len(columns) {
			return nil, fmt.Errorf("chart: got %d values of %s, want %d", len(part.Values), part.Name, len(columns))
		}
		if !some(part.Values) {
			continue
		}
		bar, err := plotter.NewBarChart(plotter.Values(part.Values), thick)
		if err != nil {
			return nil, fmt.Errorf("chart: %s: %w", part.Name, err)
		}
		bar.LineStyle.Width, bar.Color = 0, colour(i)
		if below != nil {
			bar.StackOn(below)
		}
		below = bar
		p.Add(bar)
		names, bars = append(names, part.Name), append(bars, bar)
	}
	for i := range bars { // from above, as they are stacked
		legend.Add(names[len(bars)-1-i], bars[len(bars)-1-i])
	}
	p.NominalX(thinned(columns)...)
	return svg(p, &legend)
}

// Bar is a method and its value, 0 or more.
type Bar struct {
	Name  string
	Value float64
}

// Bars draws a bar to the right for each, the first at the top.
func Bars(title, unit string, bars []Bar) ([]byte, error) {
	p := sheet(title, "")
	p.X.Label.Text = unit
	values, names := make(plotter.Values, len(bars)), make([]string, len(bars))
	for i, b := range bars {
		last := len(bars) - 1 - i // they are drawn from below
		values[last], names[last] = b.Value, b.Name
	}
	bar, err := plotter.NewBarChart(values, barWidth(2*len(bars)))
	if err != nil {
		return nil, fmt.Errorf("chart: %w", err)
	}
	bar.Horizontal, bar.LineStyle.Width, bar.Color = true, 0, colour(0)
	p.Add(bar)
	p.NominalY(names...)
	p.X.Min = 0
	return svg(p, nil)
}

const sans = "Sans"

// beside is a legend for the right of a sheet.
func beside() plot.Legend {
	legend := plot.NewLegend()
	legend.TextStyle.Font.Variant, legend.Top, legend.Left = sans, true, true
	legend.Padding = vg.Millimeter
	return legend
}

func sheet(title, unit string) *plot.Plot {
	p := plot.New()
	p.Title.Text, p.Y.Label.Text = title, unit
	p.Y.Min = 0
	for _, f := range []*font.Font{
		&p.Title.TextStyle.Font, &p.X.Label.TextStyle.Font, &p.Y.Label.TextStyle.Font,
		&p.X.Tick.Label.Font, &p.Y.Tick.Label.Font,
	} {
		f.Variant = sans
	}
	return p
}

// svg draws a sheet, and a legend to the right of it, where no bar is in the way.
func svg(p *plot.Plot, legend *plot.Legend) ([]byte, error) {
	canvas := vgsvg.New(width, height)
	area := draw.New(canvas)
	if legend != nil {
		beside := max(legendWidth, legend.Rectangle(area).Size().X+vg.Centimeter) // its longest name fits
		legend.Draw(draw.Crop(area, width-beside, 0, 0, -vg.Centimeter))
		area = draw.Crop(area, 0, -beside-vg.Centimeter/2, 0, 0)
	}
	p.Draw(area)
	var out bytes.Buffer
	_, err := canvas.WriteTo(&out)
	return out.Bytes(), err
}

func some(values []float64) bool {
	for _, v := range values {
		if v > 0 {
			return true
		}
	}
	return false
}

// barWidth leaves a third of the width as gaps.
func barWidth(columns int) vg.Length { return (width - legendWidth) * 0.6 / vg.Length(max(columns, 4)) }

// thinned leaves out labels that would run into each other.
func thinned(labels []string) []string {
	const most = 24
	each := (len(labels) + most - 1) / most
	out := make([]string, len(labels))
	for i, label := range labels {
		if i%max(each, 1) == 0 {
			out[i] = label
		}
	}
	return out
}

// colour is one of ten that can be told apart, in colour blindness too
// (https://personal.sron.nl/~pault/, "muted").
func colour(i int) color.Color {
	all := []color.RGBA{
		{0x33, 0x22, 0x88, 0xff}, {0x88, 0xcc, 0xee, 0xff}, {0x44, 0xaa, 0x99, 0xff}, {0x11, 0x77, 0x33, 0xff}, {0x99, 0x99, 0x33, 0xff},
		{0xdd, 0xcc, 0x77, 0xff}, {0xcc, 0x66, 0x77, 0xff}, {0x88, 0x22, 0x55, 0xff}, {0xaa, 0x44, 0x99, 0xff}, {0x77, 0x77, 0x77, 0xff},
	}
	return all[i%len(all)]
}
