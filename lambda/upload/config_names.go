package upload

// Sender is an address of SES.
type Sender struct {
	Address string `json:"address"` // such as files@example.com
	// Identity is the ARN of the verified address or domain of SES, in a region that
	// the pool's may send by: its own is always one.
	Identity string `json:"identity"`
	// Name stands before the address. Empty: none does.
	Name string `json:"name,omitempty"`
}

// Domain is the site's host name. Certificate or Zone must be given, and may be both.
type Domain struct {
	Name string `json:"name"`
	// Certificate is the ARN of one for Name and SignIn, which CloudFront wants in
	// us-east-1. Empty: a second stack there makes one.
	Certificate string `json:"certificate,omitempty"`
	// Zone is the id of the hosted zone of Route 53 that Name and SignIn lie in, and
	// where their records are made. Empty: they are the owner's to make.
	Zone string `json:"zone,omitempty"`
	// SignIn is the host name of Cognito's pages. Empty: one of amazoncognito.com.
	SignIn string `json:"signIn,omitempty"`
}
