// Package uploads is the part of Signet that AWS runs, as one CDK construct:
// [NewUploads] puts the upload bucket with its key, the function that signs, the
// HTTP API, the site, sign-in, audit and alarms into any stack.
//
// It stands beside the CDK app's main package, and not in it, because a main
// package cannot be imported: another CDK app in Go adds uploads to a stack of
// its own as infra/main.go does.
//
// A file holds one construct. Whoever grants also sets the environment (function.go),
// the role's grants come from the operation table of signet/lambda/upload and the
// routes from signet/lambda/api/openapi, so that what is deployed cannot drift from what
// is served. Every finding of a checker that is not fixed is waived beside its
// resource, with the reason (waive.go).
package uploads
