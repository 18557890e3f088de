package apigw

import "testing"

func BenchmarkList(b *testing.B) {
	e := Event{Version: "2.0", RawPath: "/", Headers: map[string]string{"authorization": "Bearer " + tokenOf(`{"sub":"ada","cognito:groups":["design","admins"],"iss":"https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_a1B2c3D4e","version":2,"client_id":"3n4b5urk1ft4fl3mg5e62d9ado","origin_jti":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee","token_use":"access","scope":"openid profile email","auth_time":1795400000,"exp":1795406400,"iat":1795402800,"jti":"aaaaaaaa-bbbb-cccc-dddd-ffffffffffff","username":"ada"}`)}}
	e.RequestContext.Authorizer = &Authorizer{JWT: &JWT{Claims: map[string]string{"sub": "ada"}}}
	r, err := request(b.Context(), e)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if len(List(r, "cognito:groups")) != 2 {
			b.Fatal("no groups")
		}
	}
}
