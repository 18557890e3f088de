package events

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"

	"signet/lambda/notify"
)

// journal is the list of all attempts, a line each.
type journal struct {
	mu   sync.Mutex
	file *os.File
}

// mostJournal is the size in bytes from which on a start begins a new one; the last one
// is kept beside it.
const mostJournal = 64 << 20

func journalFile(dir string) string { return filepath.Join(dir, "sent.jsonl") }

func openJournal(dir string) (*journal, error) {
	name := journalFile(dir)
	if at, err := os.Stat(name); err == nil && at.Size() > mostJournal {
		if err := os.Rename(name, filepath.Join(dir, "sent.1.jsonl")); err != nil {
			return nil, err
		}
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	return &journal{file: f}, err
}

func (j *journal) add(a notify.Attempt) {
	j.mu.Lock()
	defer j.mu.Unlock()
	_, _ = j.file.Write(append(line(a), '\n')) // a full disk must not stop what is told
}

// Sent lists the attempts of a folder's cloud, oldest first.
func Sent(dir string) ([]notify.Attempt, error) {
	lines, err := wholeLines(journalFile(Folder(dir)), 0)
	var all []notify.Attempt
	for _, l := range lines {
		var a notify.Attempt
		if json.Unmarshal(l, &a) == nil {
			all = append(all, a)
		}
	}
	return all, err
}
