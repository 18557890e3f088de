package chart

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// Curve is points from left to right, x above 0.
type Curve struct {
	Name   string
	Points [][2]float64
}

// Curves draws curves over a logarithmic x axis. With tall the y axis is
// logarithmic too, and what is below 1 is left out.
func Curves(title, x, y string, tall bool, curves []Curve) ([]byte, error) {
	p, legend := sheet(title, y), beside()
	p.X.Label.Text = x
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	if tall {
		p.Y.Scale, p.Y.Tick.Marker, p.Y.Min = plot.LogScale{}, plot.LogTicks{Prec: -1}, 1
	}
	for i, c := range curves {
		var points plotter.XYs
		for _, at := range c.Points {
			if !tall || at[1] >= 1 {
				points = append(points, plotter.XY{X: at[0], Y: at[1]})
			}
		}
		if len(points) == 0 {
			continue
		}
		line, err := plotter.NewLine(points)
		if err != nil {
			return nil, fmt.Errorf("chart: %s: %w", c.Name, err)
		}
		line.Color, line.Width = colour(i), vg.Points(2)
		line.Dashes = dashes(i)
		p.Add(line)
		legend.Add(c.Name, line)
	}
	if p.X.Min >= p.X.Max { // nothing, or one point: a logarithm needs a stretch
		p.X.Min, p.X.Max = 1, 10
	}
	if tall && p.Y.Max <= p.Y.Min {
		p.Y.Max = 10
	}
	return svg(p, &legend)
}

// dashes tell curves apart that lie on each other, and without colours.
func dashes(i int) []vg.Length {
	return [][]vg.Length{nil, {vg.Points(6), vg.Points(3)}, {vg.Points(2), vg.Points(2)}, {vg.Points(9), vg.Points(3), vg.Points(2), vg.Points(3)}}[i%4]
}
