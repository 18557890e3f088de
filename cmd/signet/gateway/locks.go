package gateway

import (
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// keyLocks has a lock for each key that somebody holds or waits for, so that a
// slow request holds up nobody but those who want the same key.
type keyLocks struct {
	mu    sync.Mutex
	locks map[string]*keyLock
}

type keyLock struct {
	sync.RWMutex
	users int
}

func newKeyLocks() *keyLocks { return &keyLocks{locks: map[string]*keyLock{}} }

// lock keeps all others from a key until unlock is called.
func (k *keyLocks) lock(key *string) (unlock func()) {
	l := k.join(key)
	l.Lock()
	return func() { l.Unlock(); k.leave(key, l) }
}

// rlock keeps lock's callers from a key until unlock is called.
func (k *keyLocks) rlock(key *string) (unlock func()) {
	l := k.join(key)
	l.RLock()
	return func() { l.RUnlock(); k.leave(key, l) }
}

func (k *keyLocks) join(key *string) *keyLock {
	k.mu.Lock()
	defer k.mu.Unlock()
	l := k.locks[aws.ToString(key)]
	if l == nil {
		l = &keyLock{}
		k.locks[aws.ToString(key)] = l
	}
	l.users++
	return l
}

func (k *keyLocks) leave(key *string, l *keyLock) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if l.users--; l.users == 0 {
		delete(k.locks, aws.ToString(key))
	}
}
