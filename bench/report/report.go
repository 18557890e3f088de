// Package report writes the results of a benchmark as a section of RESULTS.md,
// and says whether its goals were met.
package report

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// Section is what one benchmark has to say.
type Section struct {
	Name     string   // of the make target: bench-sign
	Title    string   // heading
	Versions []string // what was compared, with versions
	Tables   []Table
	Goals    []Goal
	Notes    []string // paragraphs
}

// Table is a table of Markdown; the first column is to the left, the others to
// the right.
type Table struct {
	Caption string
	Columns []string
	Rows    [][]string
}

// Goal is a figure that has to be reached.
type Goal struct {
	Figure string
	Got    float64
	Want   float64
	AtMost bool   // else at least
	Unit   string // follows the numbers: "×", " µs"
	NotRun string // why nothing was measured, which is neither met nor missed; "": it was
}

// Met says whether the goal is reached; what was not run is not.
func (g Goal) Met() bool {
	if g.NotRun != "" {
		return false
	}
	if g.AtMost {
		return g.Got <= g.Want
	}
	return g.Got >= g.Want
}

func (g Goal) row() []string {
	bound, met := "at least ", "met"
	if g.AtMost {
		bound = "at most "
	}
	if !g.Met() {
		met = "**missed**"
	}
	if g.NotRun != "" {
		return []string{g.Figure, "", bound + Number(g.Want) + g.Unit, "**not run**: " + g.NotRun}
	}
	return []string{g.Figure, Number(g.Got) + g.Unit, bound + Number(g.Want) + g.Unit, met}
}

// Number writes a figure with three significant digits at least.
func Number(x float64) string {
	switch {
	case x >= 100 || x == float64(int64(x)):
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	default:
		return fmt.Sprintf("%.2f", x)
	}
}

// Missed lists the goals that were measured and are not reached.
func (s Section) Missed() (missed []Goal) {
	for _, g := range s.Goals {
		if !g.Met() && g.NotRun == "" {
			missed = append(missed, g)
		}
	}
	return missed
}

// String is the section in Markdown.
func (s Section) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n`make %s`, %s, on %s. %s.\n", s.Title, s.Name, time.Now().UTC().Format(time.DateOnly), machine(), strings.Join(s.Versions, ", "))
	for _, t := range s.Tables {
		if t.Caption != "" {
			fmt.Fprintf(&b, "\n%s\n", t.Caption)
		}
		t.write(&b)
	}
	goals := Table{Columns: []string{"goal", "got", "want", ""}}
	for _, g := range s.Goals {
		goals.Rows = append(goals.Rows, g.row())
	}
	if len(goals.Rows) > 0 {
		goals.write(&b)
	}
	for _, note := range s.Notes {
		fmt.Fprintf(&b, "\n%s\n", note)
	}
	return b.String()
}

func (t Table) write(b *strings.Builder) {
	fmt.Fprintf(b, "\n| %s |\n|---|%s\n", strings.Join(t.Columns, " | "), strings.Repeat("--:|", len(t.Columns)-1))
	for _, row := range t.Rows {
		fmt.Fprintf(b, "| %s |\n", strings.Join(row, " | "))
	}
}

// Save puts the section into the file, in the place of the one of the same name
// or at the end, and leaves all else as it is.
func (s Section) Save(path string) error {
	old, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		old = []byte("# Results\n\nEach section is written by the make target that it names; ratios come from one run.\n")
	} else if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(s.into(string(old))), 0o644)
}

func (s Section) into(file string) string {
	begin, end := "<!-- begin "+s.Name+" -->\n", "<!-- end "+s.Name+" -->\n"
	section := begin + s.String() + end
	before, rest, found := strings.Cut(file, begin)
	if !found {
		return strings.TrimRight(file, "\n") + "\n\n" + section
	}
	_, after, _ := strings.Cut(rest, end)
	return before + section + after
}

// Finish prints the section, saves it, and names the missed goals on standard
// error; it is false when there are some.
func (s Section) Finish(path string) (bool, error) {
	if err := s.Save(path); err != nil {
		return false, err
	}
	return s.Print(), nil
}

// Print is Finish without saving.
func (s Section) Print() bool {
	fmt.Print(s.String())
	for _, g := range s.Missed() {
		row := g.row()
		fmt.Fprintf(os.Stderr, "%s: got %s, want %s\n", row[0], row[1], row[2])
	}
	return len(s.Missed()) == 0
}

// machine says in a line what all figures were taken on.
func machine() string {
	cpu := "unknown processor"
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(info)) {
			if name, ok := strings.CutPrefix(line, "model name"); ok {
				cpu = strings.TrimSpace(strings.TrimLeft(name, "\t :"))
				break
			}
		}
	}
	return fmt.Sprintf("%s, %d cores, %s/%s, kernel %s, %s", cpu, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, Output("uname", "-r"), runtime.Version())
}

// Module is a module of go.mod with its version.
func Module(path string) string { return Output("go", "list", "-m", path) }

// Peer is a tool that bench/peers builds, with the version that its go.mod pins.
func Peer(name string) string {
	mod, err := os.ReadFile("bench/peers/" + name + "/go.mod")
	if err != nil {
		return name + " unknown"
	}
	for line := range strings.Lines(string(mod)) {
		if fields := strings.Fields(line); len(fields) >= 3 && fields[0] == "require" {
			return name + " " + fields[2]
		}
	}
	return name + " unknown"
}

// Output is what a command prints, in a line, for the versions of peers;
// "unknown" when it cannot be run.
func Output(name string, args ...string) string {
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(out)), " ")
}
