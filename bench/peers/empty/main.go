// Command empty is the least that a Lambda in Go can be: the floor of the
// benchmark.
package main

import "github.com/aws/aws-lambda-go/lambda"

func main() { lambda.Start(func() error { return nil }) }
