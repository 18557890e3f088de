// Package events tells, on this machine, an application's server what happened to files,
// as a deployment does: with the deployed function's own code behind a queue, the same
// bytes, signatures and pauses. It also reads what was sent, and makes events again of
// what S3 has.
package events

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/notify"
	"signet/lambda/upload"
)

// Access is how the events of a folder are looked at from outside of dev: what
// access.json beside the queue says.
type Access struct {
	Endpoint        string        `json:"endpoint"`
	Region          string        `json:"region"`
	AccessKeyID     string        `json:"accessKeyId"`
	SecretAccessKey string        `json:"secretAccessKey"`
	Config          upload.Config `json:"-"`
	// Context is Config as ParseConfig reads it.
	Context json.RawMessage `json:"config"`
}

// Client is a client of the local S3.
func (a Access) Client() *s3.Client {
	return s3.New(s3.Options{
		Region: a.Region, BaseEndpoint: &a.Endpoint, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(a.AccessKeyID, a.SecretAccessKey, ""),
	})
}

// Folder is where a cloud of this folder keeps its events.
func Folder(dir string) string { return filepath.Join(dir, "events") }

// Inbox is the file that S3 appends its events to.
func Inbox(dir string) string { return inboxFile(Folder(dir)) }

// Local tells the events of a local cloud.
type Local struct {
	dir      string
	queue    *queue
	journal  *journal
	notifier *notify.Notifier
	told     <-chan struct{}
	log      *slog.Logger
	seen     time.Time // when the folder was last marked
	cancel   context.CancelFunc
	ended    sync.WaitGroup
}

// Options are what Start needs.
type Options struct {
	Dir    string // of the cloud
	Access Access
	// Told gets a value after the inbox has grown.
	Told <-chan struct{}
	Log  *slog.Logger
	// Now is the clock. nil: time.Now.
	Now func() time.Time
}

// Prepared is a folder that S3 may append to.
type Prepared struct {
	queue *queue
	known map[string]bool // ids of what was told, or waits
}

// Prepare makes the folder, or takes up what is waiting there, before S3 opens the
// inbox: it is made shorter, which is a new file.
func Prepare(dir string) (*Prepared, error) {
	dir = Folder(dir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	known, err := knownIDs(dir)
	if err != nil {
		return nil, err
	}
	q, err := openQueue(dir, time.Now)
	return &Prepared{q, known}, err
}

// Start goes on with what is waiting, and tells what comes until Close.
func Start(ctx context.Context, p *Prepared, o Options) (*Local, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	dir := Folder(o.Dir)
	p.queue.now = o.Now
	client := o.Access.Client()
	config := o.Access.Config
	if config.MalwareScan {
		config.MalwareScan = false // nothing scans here, so nothing would ever be told
	}
	j, err := openJournal(dir)
	if err != nil {
		return nil, err
	}
	if err := catchUp(ctx, dir, client, config, p.known); err != nil {
		return nil, err
	}
	if _, err := OpenSecret(dir); err != nil {
		return nil, err
	}
	if err := writeAccess(dir, o.Access); err != nil {
		return nil, err
	}
	l := &Local{dir: dir, queue: p.queue, journal: j, told: o.Told, log: o.Log}
	l.notifier = notify.New(notify.Options{
		Config: config, S3: client, Queue: p.queue, Log: o.Log, Now: o.Now, Sent: j.add,
		Sender: notify.NewPoster(config.Events.URL, func(context.Context) ([]notify.Secret, error) { return signing(dir, o.Now()) }, true, nil),
	})
	running, cancel := context.WithCancel(context.Background())
	l.cancel = cancel
	l.ended.Go(func() { l.run(running) })
	return l, nil
}

// Close stops. What is on its way is sent again after the next Start.
func (l *Local) Close() {
	l.cancel()
	l.ended.Wait()
}

// writeAccess writes access.json, for its owner alone.
func writeAccess(dir string, a Access) error {
	config, err := a.Config.JSON()
	if err != nil {
		return err
	}
	a.Context = config
	return replace(filepath.Join(dir, "access.json"), [][]byte{line(a)})
}

// ReadAccess reads what a running or ended cloud of a folder has left.
func ReadAccess(dir string) (Access, error) {
	var a Access
	data, err := os.ReadFile(filepath.Join(Folder(dir), "access.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return a, fmt.Errorf("got no events in %s, want a folder of signet dev --events URL: name it with --dir, or a deployment with --stack", dir)
	}
	if err == nil {
		err = json.Unmarshal(data, &a)
	}
	if err == nil {
		a.Config, err = upload.ParseConfig(a.Context)
	}
	return a, err
}

// Enqueue puts events into a folder's queue: a running cloud takes them up at once, else
// the next one does.
func Enqueue(dir string, bodies []string) error {
	f, err := os.OpenFile(Inbox(dir), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	for _, body := range bodies {
		if _, err = f.WriteString(body + "\n"); err != nil {
			break
		}
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// aliveFile is changed every second by a cloud that tells events, so that the next one
// knows when it ended.
func aliveFile(dir string) string { return filepath.Join(dir, "alive") }

// redriveFile is where somebody asks a cloud to send its failures again.
func redriveFile(dir string) string { return filepath.Join(dir, "redrive") }

// Redrive asks for all failures to be sent again.
func Redrive(dir string) error { return os.WriteFile(redriveFile(Folder(dir)), nil, 0o600) }

func nonEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return aws.String(s)
}
