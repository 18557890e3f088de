// Package relay is the part of Signet that receives uploads itself and puts them
// into S3, for scripts behind strict firewalls and for old browsers: a program on a
// machine that cannot be reached but through CloudFront, and that reaches nothing
// but S3 and Session Manager.
//
//	client → CloudFront → VPC origin → load balancer → machine → endpoint → S3
//
// The decisions, and why:
//
// No way out. The subnets are isolated and there is no NAT gateway. The VPC has an
// internet gateway only because CloudFront asks for one to be attached; no route
// leads to it
// (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html).
//
// Tokens. The machine checks them by itself, with the issuer's public keys out of
// S3, which a function outside of the VPC keeps up to date (signet/lambda/keys):
// Cognito's VPC endpoint serves no user pool that has a domain, as ours has
// (https://docs.aws.amazon.com/cognito/latest/developerguide/vpc-interface-endpoints.html),
// keys handed over at deployment would be old ones after the issuer's next change,
// and the load balancer would need a way to the issuer too. For the same reason
// there is no page for signing in here: the exchange of a code for a token needs
// the issuer. Scripts bring the token of `signet login`.
//
// TLS ends at CloudFront. It takes none but a publicly trusted certificate from an
// origin, and nobody can have one for a load balancer's own name; the way from
// there is a private one, within AWS's network and this VPC.
//
// What it may do. The role has the operation table's actions on the prefix, and may
// use them through this VPC's endpoint alone: stolen credentials are of no use
// elsewhere, and neither would presigned URLs be. So the load balancer lets the
// relay's own paths through; all others are the API's, at the site's address.
//
// One machine. It is replaced, the new one before the old, when it is ill, when
// something about it changes, and every two weeks, with the newest Amazon Linux:
// it cannot update itself. Without a way to CloudFormation there are no signals: a
// wait condition, whose address is one of S3, watches the first start, and the
// group's health checks each later one.
//
// Logs. The program's own stay in the machine's journal, read by Session Manager,
// and go with it; who uploaded what is in S3's, CloudTrail's, the load balancer's
// and CloudFront's logs, which stay. An agent for CloudWatch would need two more
// endpoints, which cost as much as the machine.
package relay
