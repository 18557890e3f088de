package evidence

import (
	"fmt"
	"testing"

	"signet/lambda/explain"
)

// Twice as many requests are twice as much work: a browser's log of a folder has thousands.
func TestStoryOfThousands(t *testing.T) {
	work := func(n int) float64 {
		list := make([]explain.Request, n)
		for i := range list {
			list[i] = explain.Request{Method: "PUT", URL: fmt.Sprintf("https://b.example/k%d?X-Amz-Date=%d&partNumber=1", i/2, i), Status: 503}
		}
		if got := story(list); len(got) != n/2 || len(got[0].Earlier) != 1 || got[n/2-1].URL != list[n-1].URL {
			t.Fatalf("got %d requests of %d, want each with the attempt before it", len(got), n/2)
		}
		return testing.AllocsPerRun(1, func() { story(list) })
	}
	if one, two := work(500), work(1000); two > 3*one {
		t.Errorf("got %v allocations for 500 requests and %v for 1,000, want about twice as many", one, two)
	}
}
