package runtimeapi

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
)

// handlerMark makes this test binary a handler that does what it says.
const handlerMark = "BENCH_TEST_HANDLER"

func TestMain(m *testing.M) {
	switch os.Getenv(handlerMark) {
	case "":
		m.Run()
	case "echo":
		lambda.Start(func(_ context.Context, event string) (string, error) { return "re: " + event, nil })
	case "fail":
		lambda.Start(func() error { return errors.New("no way") })
	case "exit":
		fmt.Println("goodbye")
		os.Exit(3)
	}
}

func handler(does string) Handler {
	return Handler{
		Name: does, Args: []string{os.Args[0]}, Env: []string{handlerMark + "=" + does}, Event: []byte(`"event"`),
		Check: func(answer []byte) error {
			if string(answer) != `"re: event"` {
				return fmt.Errorf("got %s", answer)
			}
			return nil
		},
	}
}

func TestMeasure(t *testing.T) {
	run, err := handler("echo").Measure(t.Context(), 5)
	if err != nil {
		t.Fatal(err)
	}
	if run.Init <= 0 || run.Cold <= run.Init || len(run.Warm) != 5 || run.Peak < 1<<20 {
		t.Errorf("got %+v, want a start, a later answer, 5 more, and memory", run)
	}
	if run, err := handler("echo").Measure(t.Context(), 0); err != nil || len(run.Warm) != 0 || run.Cold <= 0 {
		t.Errorf("got %+v and %v, want a cold answer alone", run, err)
	}
}

func TestMeasureErrors(t *testing.T) {
	for does, want := range map[string]string{"fail": "no way", "exit": "goodbye"} {
		if _, err := handler(does).Measure(t.Context(), 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want it to say %s", does, err, want)
		}
	}
	wrong := handler("echo")
	wrong.Event = []byte(`"another"`)
	if _, err := wrong.Measure(t.Context(), 0); err == nil || !strings.Contains(err.Error(), `"re: another"`) {
		t.Errorf("got %v, want the wrong answer", err)
	}
	missing := handler("echo")
	missing.Args = []string{"/nonexistent"}
	if _, err := missing.Measure(t.Context(), 0); err == nil {
		t.Error("got no error for a missing program, want one")
	}
}
