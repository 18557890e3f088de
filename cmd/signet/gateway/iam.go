package gateway

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/iamapi/policy"
	"github.com/versity/versitygw/iamapi/types"
	"github.com/versity/versitygw/s3err"
)

// errExpired is what S3 answers to a session that is over
// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
var errExpired = s3err.APIError{
	Code:           "ExpiredToken",
	Description:    "The provided token has expired.",
	HTTPStatusCode: http.StatusBadRequest,
}

// identities is IAM for the gateway: one role, some users, and policies that
// are really evaluated. Buckets belong to root, whom nobody can sign as.
type identities struct {
	root  auth.Account
	key   sessionKey
	role  Role
	users map[string]User // by access key id
	now   func() time.Time
}

var (
	_ auth.IAMService         = (*identities)(nil)
	_ auth.SigningKeyProvider = (*identities)(nil)
	_ auth.PolicyEvaluator    = (*identities)(nil)
	_ auth.PrincipalResolver  = (*identities)(nil)
	_ auth.FixedBucketOwner   = (*identities)(nil)
)

// DeriveSigningKey implements auth.SigningKeyProvider: it authenticates.
func (i *identities) DeriveSigningKey(access, token, date, region, service string) ([]byte, auth.Account, error) {
	acc, secret, err := i.authenticate(access, token)
	if err != nil {
		return nil, auth.Account{}, err
	}
	return signingKey(secret, date, region, service), acc, nil
}

func (i *identities) authenticate(access, token string) (auth.Account, string, error) {
	if token == "" {
		// A session's access key without its token is not known to S3 either.
		u, ok := i.users[access]
		if !ok {
			return auth.Account{}, "", auth.ErrNoSuchUser
		}
		return auth.Account{Access: access, Role: auth.RoleUser, Arn: u.ARN()}, u.SecretAccessKey, nil
	}
	s, secret, err := i.key.open(access, token)
	if err != nil || s.Role != i.role.Name {
		return auth.Account{}, "", auth.ErrInvalidSessionToken
	}
	if i.now().Unix() >= s.Expires {
		return auth.Account{}, "", errExpired
	}
	return auth.Account{
		Access: access, Role: auth.RoleUser, SessionToken: token, IsSession: true,
		Arn: i.role.sessionARN(), RoleArn: i.role.ARN(),
	}, secret, nil
}

// EvaluatePolicy implements auth.PolicyEvaluator: it authorizes.
func (i *identities) EvaluatePolicy(access, token string, actions []auth.Action, resources []string, condition map[string][]string) (auth.PolicyEvaluation, error) {
	arn, document := i.role.sessionARN(), i.role.Policy
	condition = maps.Clone(condition)
	condition["aws:PrincipalArn"] = []string{i.role.ARN()}
	condition["aws:PrincipalAccount"] = []string{AccountID}
	// Off AWS there is no TLS; a policy that asks for it is not what is tried here.
	condition["aws:SecureTransport"] = []string{"true"}
	if token == "" {
		u := i.users[access]
		arn, document = u.ARN(), u.Policy
		condition["aws:PrincipalArn"] = []string{arn}
		condition["aws:username"] = []string{u.Name}
	}
	eval := auth.PolicyEvaluation{PrincipalArn: arn}
	decide(&eval.Decisions, len(resources), len(actions), func(r, a int) policy.Decision {
		return decision(document, string(actions[a]), resources[r], condition)
	})
	return eval, nil
}

// decide fills a matrix of auth's decisions, whose type has no exported name,
// from ours. Both count NoMatch, Allow, Deny from zero; the tests of denied and
// allowed requests hold that.
func decide[D ~int](matrix *[][]D, rows, columns int, at func(row, column int) policy.Decision) {
	*matrix = make([][]D, rows)
	for r := range *matrix {
		(*matrix)[r] = make([]D, columns)
		for c := range (*matrix)[r] {
			(*matrix)[r][c] = D(at(r, c))
		}
	}
}

func decision(document, action, resource string, condition map[string][]string) policy.Decision {
	if document == "" {
		return policy.DecisionNoMatch
	}
	bucket := strings.TrimPrefix(resource, auth.ResourceArnPrefix)
	if action == string(auth.PutObjectAction) && !strings.Contains(bucket, "/") {
		// Only a form upload asks for this, before its key is known: versitygw
		// checks it against the bucket. guard.postObject asks again, with the key.
		return policy.DecisionAllow
	}
	return policy.EvaluateIdentityPolicies([]types.PolicyEntry{{PolicyDocument: document}}, policy.RequestContext{
		Action: action, Resource: resource, Condition: condition,
	})
}

// ResolvePrincipals implements auth.PrincipalResolver. A bucket policy may name
// anyone, as it may on AWS name other accounts.
func (i *identities) ResolvePrincipals([]string) ([]string, error) { return nil, nil }

// BucketOwner implements auth.FixedBucketOwner.
func (i *identities) BucketOwner() auth.Account { return i.root }

// GetUserAccount implements auth.IAMService.
func (i *identities) GetUserAccount(access string) (auth.Account, error) {
	if access == i.root.Access {
		return i.root, nil
	}
	acc, _, err := i.authenticate(access, "")
	return acc, err
}

// ResolveAccounts implements auth.IAMService: it returns those that are not.
func (i *identities) ResolveAccounts(access []string) ([]string, error) {
	return slices.DeleteFunc(slices.Clone(access), func(a string) bool {
		_, err := i.GetUserAccount(a)
		return !errors.Is(err, auth.ErrNoSuchUser)
	}), nil
}

var errFixed = s3err.GetAPIError(s3err.ErrAdminMethodNotSupported)

// CreateAccount implements auth.IAMService. Accounts are fixed.
func (i *identities) CreateAccount(auth.Account) error { return errFixed }

// UpdateUserAccount implements auth.IAMService. Accounts are fixed.
func (i *identities) UpdateUserAccount(string, auth.MutableProps) error { return errFixed }

// DeleteUserAccount implements auth.IAMService. Accounts are fixed.
func (i *identities) DeleteUserAccount(string) error { return errFixed }

// ListUserAccounts implements auth.IAMService. Accounts are fixed.
func (i *identities) ListUserAccounts() ([]auth.Account, error) { return nil, errFixed }

// Shutdown implements auth.IAMService.
func (i *identities) Shutdown() error { return nil }
