package apigw

import "testing"

func TestSigner(t *testing.T) {
	r, _ := seen(t, recorded(t, "iam"))
	if got := Signer(r); got != "arn:aws:sts::123456789012:assumed-role/app/i-0123456789abcdef0" || Claim(r, "sub") != "" {
		t.Errorf("signer %q, sub %q", got, Claim(r, "sub"))
	}
	// A caller's token makes nobody a signer.
	if r, _ := seen(t, recorded(t, "presign")); Signer(r) != "" {
		t.Errorf("signer %q of a token", Signer(r))
	}
}
