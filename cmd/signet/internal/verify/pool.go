package verify

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"

	"signet/lambda/notify"
)

// pool is a user pool of Cognito's, as whoever deployed may change it. Its few calls
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

// group makes a group, and addTo puts a user into it.
func (p *pool) group(ctx context.Context, name string) error {
	return p.call(ctx, "CreateGroup", map[string]any{"UserPoolId": p.id, "GroupName": name})
}

func (p *pool) addTo(ctx context.Context, group, mail string) error {
	return p.call(ctx, "AdminAddUserToGroup", map[string]any{"UserPoolId": p.id, "GroupName": group, "Username": mail})
}

// ungroup deletes a group.
func (p *pool) ungroup(ctx context.Context, name string) error {
	return p.call(ctx, "DeleteGroup", map[string]any{"UserPoolId": p.id, "GroupName": name})
}

// call is one of Cognito's
// (https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/).
func (p *pool) call(ctx context.Context, action string, message any) error {
	services := notify.AWS{Region: p.config.Region, Credentials: p.config.Credentials, HTTP: p.http}
	err := services.Call(ctx, "cognito-idp", "AWSCognitoIdentityProviderService."+action, "1.1", message, nil)
	if refused := (*notify.AWSError)(nil); errors.As(err, &refused) {
		return fmt.Errorf("cognito-idp:%s: got %d %s %.300s, want 200: allow it to whoever runs this", action, refused.Status, refused.Code, refused.Message)
	}
	return err
}
