package notify

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	// Overlap is how long the secret that was there before a rotation signs too.
	Overlap = 24 * time.Hour
	// secretsKept is how long secrets are not asked for again: so late may the first
	// signature by a new one be.
	secretsKept = time.Minute
)

// Vault reads a secret of Secrets Manager's, and keeps what it has read for a minute.
type Vault struct {
	AWS *AWS
	ID  string // ARN or name
	Now func() time.Time

	mu    sync.Mutex
	kept  []Secret
	until time.Time
}

// Get implements Secrets. The one before signs for a day after the rotation. Where AWS
// does not answer, what was read before holds.
func (v *Vault) Get(ctx context.Context) ([]Secret, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.Now()
	if now.Before(v.until) {
		return v.kept, nil
	}
	secrets, err := v.read(ctx, now)
	switch {
	case err == nil:
		v.kept, v.until = secrets, now.Add(secretsKept)
	case v.kept != nil:
		v.until = now.Add(5 * time.Second)
	default:
		return nil, err
	}
	return v.kept, nil
}

func (v *Vault) read(ctx context.Context, now time.Time) ([]Secret, error) {
	current, made, err := v.stage(ctx, "AWSCURRENT")
	if err != nil {
		return nil, err
	}
	if now.Sub(made) > Overlap {
		return []Secret{current}, nil
	}
	previous, _, err := v.stage(ctx, "AWSPREVIOUS")
	if e, ok := errors.AsType[*AWSError](err); ok && e.Code == "ResourceNotFoundException" {
		return []Secret{current}, nil // it is the first one
	}
	if err != nil {
		return nil, err
	}
	return []Secret{current, previous}, nil
}

// stage reads a version of the secret, and when it was made.
func (v *Vault) stage(ctx context.Context, stage string) (Secret, time.Time, error) {
	var out struct {
		SecretString string
		CreatedDate  float64 // Unix time
	}
	err := v.AWS.Call(ctx, "secretsmanager", "secretsmanager.GetSecretValue", "1.1", map[string]any{"SecretId": v.ID, "VersionStage": stage}, &out)
	if err != nil {
		return nil, time.Time{}, err
	}
	secret, err := ParseSecret(out.SecretString)
	return secret, time.Unix(int64(out.CreatedDate), 0), err
}

// Rotate puts a new secret in the place of the current one, which is the previous one
// then.
func (v *Vault) Rotate(ctx context.Context, s Secret, token string) error {
	return v.AWS.Call(ctx, "secretsmanager", "secretsmanager.PutSecretValue", "1.1", map[string]any{
		"SecretId": v.ID, "SecretString": s.String(), "ClientRequestToken": token,
	}, nil)
}

// Current is the secret in force, and when it was made.
func (v *Vault) Current(ctx context.Context) (Secret, time.Time, error) {
	return v.stage(ctx, "AWSCURRENT")
}
