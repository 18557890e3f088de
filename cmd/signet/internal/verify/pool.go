package verify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// pool is a user pool of Cognito's, as whoever deployed may change it. Its four calls
// are made here, because Cognito's module is large.
type pool struct {
	config aws.Config
	id     string
	http   *http.Client
}

// invite makes a user who has chosen a password already, and gets no mail.
func (p *pool) invite(ctx context.Context, mail, password string) error {
	err := p.call(ctx, "AdminCreateUser", map[string]any{
		"UserPoolId": p.id, "Username": mail, "MessageAction": "SUPPRESS",
		"UserAttributes": []any{map[string]any{"Name": "email", "Value": mail}, map[string]any{"Name": "email_verified", "Value": "true"}},
	})
	if err != nil {
		return err
	}
	return p.call(ctx, "AdminSetUserPassword", map[string]any{"UserPoolId": p.id, "Username": mail, "Password": password, "Permanent": true})
}

// remove deletes a user.
func (p *pool) remove(ctx context.Context, mail string) error {
	return p.call(ctx, "AdminDeleteUser", map[string]any{"UserPoolId": p.id, "Username": mail})
}

// call is one of Cognito's
// (https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/).
func (p *pool) call(ctx context.Context, action string, message any) error {
	body, err := json.Marshal(message)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://cognito-idp."+p.config.Region+".amazonaws.com/", bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+action)
	credentials, err := p.config.Credentials.Retrieve(ctx)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, credentials, r, hex.EncodeToString(sum[:]), "cognito-idp", p.config.Region, time.Now()); err != nil {
		return err
	}
	answer, err := p.http.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("cognito-idp:%s: got %d %.300s, want 200: allow it to whoever runs this", action, answer.StatusCode, strings.TrimSpace(string(text)))
	}
	return err
}
