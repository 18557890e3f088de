// Package facts reads, once, everything that the doctor judges. It sends
// nothing but Get, List, Describe and Head operations: a guard in front of every
// client refuses the rest.
package facts

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/smithy-go"

	"signet/cmd/signet/internal/doctor/policy"
	"signet/lambda/upload"
)

// Fact is a setting, or why it is not known.
type Fact[T any] struct {
	Value T
	// Set is false when AWS says that there is no such setting.
	Set bool
	// Need is the IAM action that reads it.
	Need string
	// Trouble is why it could not be read. Empty: it was.
	Trouble string
	// Remedy is what to do about it; empty: allow Need.
	Remedy string
}

// Unknown says whether the setting could not be read, and why, with what it takes.
func (f Fact[T]) Unknown() (string, bool) {
	switch {
	case f.Trouble == "":
		return "", false
	case f.Remedy == "":
		return f.Trouble + ": allow " + f.Need, true
	}
	return f.Trouble + ": " + f.Remedy, true
}

// Unknowable is a fact of any type, as far as knowing it goes.
type Unknowable interface {
	Unknown() (string, bool)
	Action() string
}

// Facts is all that was read.
type Facts struct {
	// Config is what is intended. Intended says whether somebody stated it, else
	// it holds the defaults.
	Config   upload.Config
	Intended bool
	// Client and Signs are those of Target.
	Client  string
	Signs   []string
	Account Fact[string]
	Bucket  Bucket
	Uploads Fact[Unfinished]
	// Log is the bucket that the access log goes to; its Name is empty when there
	// is none, or when it is the upload bucket itself.
	Log          Bucket
	AccountBlock Fact[Block]
	Key          Fact[Key]
	Trails       Fact[[]Trail]
	Budgets      Fact[[]Budget]
	Alarms       Fact[[]Alarm]
	Endpoints    Fact[[]Endpoint]
	Points       Fact[[]Point] // access points of the bucket
	MultiPoints  Fact[[]Point] // those of many regions
	Fronts       Fact[[]Front] // distributions of the account
	Names        Fact[[]Name]  // buckets that settings name
	Listeners    Fact[[]Listener]
	// LastBackup is AWS Backup's, read where the configuration has a plan.
	LastBackup Fact[time.Time]
	Role       Fact[Role]
	// Stack is nil unless a stack was asked for.
	Stack *Stack
}

// Partition of ARNs in the bucket's region.
func (f *Facts) Partition() string { return partition(f.Bucket.Region) }

func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// read makes a fact of a call; absent are the error codes that mean that there
// is no such setting.
func read[T any](need string, absent []string, call func() (T, error)) Fact[T] {
	f := Fact[T]{Need: need}
	value, err := call()
	var api smithy.APIError
	switch {
	case err == nil:
		f.Value, f.Set = value, true
	case errors.As(err, &api) && slices.Contains(absent, api.ErrorCode()):
	default:
		f.Trouble, f.Remedy = trouble(err)
	}
	return f
}

// policyError is a document that we cannot read, which is no reason to pass.
type policyError struct{ err error }

func (e *policyError) Error() string { return e.err.Error() }

func parsePolicy(text string) (policy.Document, error) {
	d, err := policy.Parse(text)
	if err != nil {
		return d, &policyError{fmt.Errorf("its policy cannot be read: %w", err)}
	}
	return d, nil
}

// unread is a fact that hangs on another one, which could not be read.
func unread[T, U any](need, why string, other Fact[U]) Fact[T] {
	remedy := other.Remedy
	if remedy == "" {
		remedy = "allow " + other.Need + " and " + need
	}
	return Fact[T]{Need: need, Trouble: why, Remedy: remedy}
}

// Action is the IAM action that reads the fact.
func (f Fact[T]) Action() string { return f.Need }
