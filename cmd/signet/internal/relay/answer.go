package relay

import (
	"net/http"
	"time"
)

// piece is how much of an answer has to leave within Options.Answer, in bytes.
const piece = 64 << 10

// moving is an answer under the rule on time that uploads have too: that it moves. A
// client that reads nothing would else keep its place for as long as TCP lets it.
type moving struct {
	http.ResponseWriter
	limit time.Duration
}

// newMoving begins an answer. What an earlier one on the connection was given is over.
func newMoving(w http.ResponseWriter, limit time.Duration) *moving {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // a test's writer has none
	return &moving{w, limit}
}

// Unwrap gives http.ResponseController what is within.
func (m *moving) Unwrap() http.ResponseWriter { return m.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (m *moving) WriteHeader(status int) {
	m.extend()
	m.ResponseWriter.WriteHeader(status)
}

// Write implements io.Writer.
func (m *moving) Write(p []byte) (n int, err error) {
	for first := true; err == nil && (first || n < len(p)); first = false {
		m.extend()
		var more int
		more, err = m.ResponseWriter.Write(p[n:min(n+piece, len(p))])
		n += more
	}
	return n, err
}

func (m *moving) extend() {
	_ = http.NewResponseController(m.ResponseWriter).SetWriteDeadline(time.Now().Add(m.limit))
}
