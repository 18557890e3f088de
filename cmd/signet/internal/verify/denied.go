package verify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// fresh signs a PUT of a file that is not there yet.
func (c *conversation) fresh(ctx context.Context) (signed, error) {
	return c.sign(ctx, c.run+"-"+random(3)+".txt", smallSize)
}

// refused sends a fresh PUT with a change, and wants it refused.
func (c *conversation) refused(ctx context.Context, body []byte, change func(*signed), headers []string, codes ...string) (string, error) {
	s, err := c.fresh(ctx)
	if err != nil {
		return "", err
	}
	if change != nil {
		change(&s)
	}
	a, err := c.put(ctx, s, body, headers...)
	return denied(a, err, codes...)
}

// signature is where a URL has it.
var signature = regexp.MustCompile(`(X-Amz-Signature=)([0-9a-f])`)

func (c *conversation) otherSignature(ctx context.Context) (string, error) {
	return c.refused(ctx, c.bytes, func(s *signed) {
		s.URL = signature.ReplaceAllStringFunc(s.URL, func(m string) string {
			digit := "0"
			if strings.HasSuffix(m, "0") {
				digit = "1"
			}
			return m[:len(m)-1] + digit
		})
	}, nil, "SignatureDoesNotMatch")
}

func (c *conversation) otherType(ctx context.Context) (string, error) {
	return c.refused(ctx, c.bytes, nil, []string{"Content-Type", "application/x-signet-verify"}, "SignatureDoesNotMatch")
}

func (c *conversation) otherLength(ctx context.Context) (string, error) {
	return c.refused(ctx, append(c.bytes, '!'), nil, nil, "SignatureDoesNotMatch")
}

func (c *conversation) addedACL(ctx context.Context) (string, error) {
	return c.refused(ctx, c.bytes, nil, []string{"X-Amz-Acl", "public-read"}, "AccessDenied", "SignatureDoesNotMatch")
}

func (c *conversation) addedEncryption(ctx context.Context) (string, error) {
	return c.refused(ctx, c.bytes, nil, []string{"X-Amz-Server-Side-Encryption", "AES256"}, "AccessDenied", "SignatureDoesNotMatch")
}

func (c *conversation) formSize(ctx context.Context) (string, error) {
	s, err := c.form(ctx)
	if err != nil {
		return "", err
	}
	a, err := c.post(ctx, s, make([]byte, formSize+1))
	return denied(a, err, "EntityTooLarge")
}

func (c *conversation) formKey(ctx context.Context) (string, error) {
	s, err := c.form(ctx)
	if err != nil {
		return "", err
	}
	a, err := c.post(ctx, s, []byte("elsewhere"), "key", "elsewhere/"+c.run)
	return denied(a, err, "AccessDenied")
}

// otherCaller asks for a file of somebody else's. With another person's token it is
// that person who asks for ours; without, the key names nobody's.
func (c *conversation) otherCaller(ctx context.Context) (string, error) {
	if c.small.key == "" {
		return "", errNoFile
	}
	token, key := c.Other, c.small.key
	if token == "" {
		token, key = c.Token, strings.Replace(c.small.key, "/", "/somebody-else/", 1)
	}
	err := c.apiAs(ctx, token, http.MethodGet, "/files/url?key="+url.QueryEscape(key), nil, nil)
	var r refusal
	switch {
	case !errors.As(err, &r):
		return "", errors.Join(err, errors.New("got an address, want 404"))
	case r.status != http.StatusNotFound && r.status != http.StatusForbidden && r.status != http.StatusBadRequest:
		return "", fmt.Errorf("got %s, want 404", r.answer)
	case c.Other == "":
		return r.String() + " (with a key of nobody's; set SIGNET_OTHER_TOKEN for another person)", nil
	}
	return r.String(), nil
}

func (c *conversation) unsigned(ctx context.Context) (string, error) {
	if c.small.put == nil {
		return "", errNoFile
	}
	plain, _, _ := strings.Cut(c.small.put.URL, "?")
	a, err := c.send(ctx, http.MethodGet, plain, nil)
	return denied(a, err, "AccessDenied")
}
