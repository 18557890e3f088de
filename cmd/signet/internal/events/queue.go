package events

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"signet/lambda/notify"
)

// queue plays SQS with a queue of failures. It is two files: the inbox, a message a
// line, to which others append, and what became of each. Both outlive the process,
// however that ends.
type queue struct {
	dir string
	now func() time.Time

	mu    sync.Mutex
	read  int64               // bytes of the inbox
	known map[string]*message // by id, those that are not done
	fresh []*message          // never handed out yet, oldest first
	later []*message          // to be tried again
	dead  []*message
	state *os.File
	waits map[string]time.Duration // what a batch asked for, by id
}

type message struct {
	id, body string
	received int
	visible  time.Time
}

// state is a line of what became of messages.
type state struct {
	ID       string `json:"id"`
	Received int    `json:"received,omitempty"`
	Visible  int64  `json:"visible,omitempty"` // Unix time in milliseconds
	Done     bool   `json:"done,omitempty"`
	Dead     string `json:"dead,omitempty"` // why
	Again    bool   `json:"again,omitempty"`
}

// openQueue reads both files, leaves out what is done, and goes on.
func openQueue(dir string, now func() time.Time) (*queue, error) {
	q := &queue{dir: dir, now: now, known: map[string]*message{}, waits: map[string]time.Duration{}}
	ended, err := readStates(stateFile(dir))
	if err != nil {
		return nil, err
	}
	lines, err := wholeLines(inboxFile(dir), 0)
	if err != nil {
		return nil, err
	}
	var kept [][]byte
	for _, line := range lines {
		id := idOf(line)
		s := ended[id]
		if id == "" || s.Done || q.known[id] != nil {
			continue
		}
		kept = append(kept, line)
		q.add(&message{id: id, body: string(line), received: s.Received, visible: time.UnixMilli(s.Visible)}, s.Dead != "")
	}
	if err := replace(inboxFile(dir), kept); err != nil {
		return nil, err
	}
	q.read = length(kept)
	return q, q.openState()
}

func (q *queue) add(m *message, dead bool) {
	q.known[m.id] = m
	switch {
	case dead:
		q.dead = append(q.dead, m)
	case m.received == 0:
		q.fresh = append(q.fresh, m)
	default:
		q.later = append(q.later, m)
	}
}

// openState writes what is known of the messages that are left into a new file.
func (q *queue) openState() error {
	var lines [][]byte
	for _, m := range q.later {
		lines = append(lines, line(state{ID: m.id, Received: m.received, Visible: m.visible.UnixMilli()}))
	}
	for _, m := range q.dead {
		lines = append(lines, line(state{ID: m.id, Received: m.received, Dead: "-"}))
	}
	err := replace(stateFile(q.dir), lines)
	if err == nil {
		q.state, err = os.OpenFile(stateFile(q.dir), os.O_APPEND|os.O_WRONLY, 0o600)
	}
	return err
}

// fill reads what was appended to the inbox.
func (q *queue) fill() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	lines, err := wholeLines(inboxFile(q.dir), q.read)
	if err != nil {
		return err
	}
	for _, line := range lines {
		if id := idOf(line); id != "" && q.known[id] == nil {
			q.add(&message{id: id, body: string(line)}, false)
		}
	}
	q.read += length(lines)
	return nil
}

// receive hands out up to ten messages that are visible: new ones, or such as were
// tried before.
func (q *queue) receive(retries bool) []*message {
	const most = 10
	q.mu.Lock()
	defer q.mu.Unlock()
	if !retries {
		n := min(most, len(q.fresh))
		batch := q.fresh[:n:n]
		q.fresh = q.fresh[n:]
		return batch
	}
	var batch []*message
	now := q.now()
	q.later = slices.DeleteFunc(q.later, func(m *message) bool {
		if len(batch) == most || m.visible.After(now) {
			return false
		}
		batch = append(batch, m)
		return true
	})
	return batch
}

// settle writes what became of a batch: what is not among the failures is done.
func (q *queue) settle(batch []*message, failures notify.Failures) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	var written []byte
	for _, m := range batch {
		failed := slices.ContainsFunc(failures.Items, func(f notify.Failure) bool { return f.ID == m.id })
		switch {
		case slices.Contains(q.dead, m): // buried meanwhile
		case !failed:
			written = append(append(written, line(state{ID: m.id, Done: true})...), '\n')
			delete(q.known, m.id)
		default:
			m.received++
			m.visible = q.now().Add(q.waits[m.id])
			q.later = append(q.later, m)
			written = append(append(written, line(state{ID: m.id, Received: m.received, Visible: m.visible.UnixMilli()})...), '\n')
		}
		delete(q.waits, m.id)
	}
	_, err := q.state.Write(written)
	return err
}

// back puts a batch back that nothing became of, for the process ends.
func (q *queue) back(batch []*message) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.fresh = append(q.fresh, batch...)
}

// Pause implements notify.Queue.
func (q *queue) Pause(_ context.Context, m notify.Message, length time.Duration) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waits[m.ID] = length
	return nil
}

// Bury implements notify.Queue.
func (q *queue) Bury(_ context.Context, m notify.Message, why string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	known := q.known[m.ID]
	if known == nil {
		return nil
	}
	known.received++
	q.dead = append(q.dead, known)
	_, err := q.state.Write(append(line(state{ID: m.ID, Received: known.received, Dead: why}), '\n'))
	return err
}

// redrive makes all failures new messages.
func (q *queue) redrive() (n int, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	var written []byte
	for _, m := range q.dead {
		m.received = 0
		q.fresh = append(q.fresh, m)
		written = append(append(written, line(state{ID: m.id, Again: true})...), '\n')
	}
	n, q.dead = len(q.dead), nil
	_, err = q.state.Write(written)
	return n, err
}

// next is when a message that is waiting becomes visible; false: none waits.
func (q *queue) next() (at time.Time, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, m := range q.later {
		if !ok || m.visible.Before(at) {
			at, ok = m.visible, true
		}
	}
	return at, ok
}

// asMessage is a message as Lambda gets it.
func (m *message) asMessage() notify.Message {
	return notify.Message{ID: m.id, Receipt: m.id, Body: m.body, Source: "local", Attributes: map[string]string{"ApproximateReceiveCount": strconv.Itoa(m.received + 1)}}
}

// idOf is the id of an event of EventBridge's; "" of what is none.
func idOf(line []byte) string {
	var e struct{ ID string }
	_ = json.Unmarshal(line, &e)
	return e.ID
}
