package transfer

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"syscall"
	"testing"

	"signet/lambda/api"
)

// What a call that had no answer means: a line may come back, a portal may go away; a
// session that has ended does not come back by itself.
func TestUnanswered(t *testing.T) {
	for name, row := range map[string]struct {
		err     error
		remedy  Remedy
		lasting bool
		detail  string
	}{
		"cut":     {&url.Error{Op: "Post", URL: "https://secret", Err: io.ErrUnexpectedEOF}, Retry, false, "the connection was lost before an answer arrived: unexpected EOF"},
		"cut off": {fmt.Errorf("reading: %w", io.ErrUnexpectedEOF), Retry, false, "the connection was lost before an answer arrived: reading: unexpected EOF"},
		"refused": {&url.Error{Op: "Post", Err: syscall.ECONNREFUSED}, Retry, true, "the storage cannot be reached: connection refused"},
		"portal":  {fmt.Errorf("%w (status 200)", api.ErrForeign), Retry, true, "got an answer that is not the API's (status 200)"},
		"ended":   {errors.New("got a session that has ended: run signet login again"), Fail, false, "got a session that has ended: run signet login again"},
	} {
		err := apiError(row.err)
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Remedy != row.remedy || e.Lasting != row.lasting || e.Detail != row.detail {
			t.Errorf("%s: got %+v", name, e)
		}
	}
}
