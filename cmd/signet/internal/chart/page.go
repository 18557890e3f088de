package chart

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"
)

//go:embed page.html
var pageHTML string

// Figure is a chart on a page.
type Figure struct {
	Caption string
	SVG     []byte
}

// Page writes a page of figures with the text below them, as it stands. It has no
// script and loads nothing.
func Page(w io.Writer, title string, figures []Figure, text string) error {
	type figure struct {
		Caption string
		SVG     template.HTML
	}
	page := struct {
		Title, Text string
		Figures     []figure
	}{Title: title, Text: text}
	for _, f := range figures {
		// The XML declaration is no HTML. What is drawn was escaped when it was.
		_, drawing, ok := bytes.Cut(f.SVG, []byte("<svg"))
		if !ok {
			continue
		}
		page.Figures = append(page.Figures, figure{f.Caption, template.HTML("<svg" + string(drawing))})
	}
	t, err := template.New("page").Parse(pageHTML)
	if err != nil {
		return err
	}
	return t.Execute(w, page)
}
