package explain

// Client is a family of software that sends to S3, as far as its settings differ.
type Client string

// The clients that are told apart.
const (
	ClientTerraform Client = "terraform"
	ClientHadoop    Client = "hadoop" // s3a, and Spark on it
	ClientJava      Client = "java"
	ClientDotNet    Client = "dotnet"
	ClientPython    Client = "python" // boto3 and the aws command line
	ClientJS        Client = "javascript"
	ClientGo        Client = "go"
	ClientPHP       Client = "php"
	ClientRuby      Client = "ruby"
)

// whenRequired is how this client is told to add no checksum of its own. All but
// Hadoop, which sets its own, read the variable, too.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-dataintegrity.html
func (f *facts) whenRequired() string {
	const variable = "AWS_REQUEST_CHECKSUM_CALCULATION=when_required"
	switch f.Client {
	case ClientTerraform:
		return "skip_s3_checksum = true in the block backend \"s3\", or " + variable
	case ClientHadoop:
		return "fs.s3a.checksum.generation = false and fs.s3a.create.checksum.algorithm unset, as Hadoop has it from 3.4.3"
	case ClientJava:
		return "requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED) on the client's builder, or " + variable
	case ClientDotNet:
		return "RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED in AmazonS3Config, or " + variable
	case ClientPython:
		return "request_checksum_calculation = when_required in ~/.aws/config or botocore's Config, or " + variable
	case ClientGo:
		return "o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired, or " + variable
	case ClientPHP:
		return "'request_checksum_calculation' => 'when_required', or " + variable
	case ClientRuby:
		return "request_checksum_calculation: 'when_required', or " + variable
	}
	return "requestChecksumCalculation: WHEN_REQUIRED (" + variable + ")"
}

// whole is how this client is told to send a body in one piece, where the store
// takes none in signed chunks.
func (f *facts) whole() string {
	const how = "have the client send the body whole, its payload unsigned (x-amz-content-sha256: UNSIGNED-PAYLOAD, over https) or hashed in one, not in signed chunks (aws-chunked, STREAMING-…), which this store does not take: "
	const java, net = "chunkedEncodingEnabled(false)", "DisablePayloadSigning = true and UseChunkEncoding = false on the request"
	switch f.Client {
	case ClientJava:
		return how + java + ", and " + f.whenRequired()
	case ClientDotNet:
		return how + net + ", and " + f.whenRequired()
	case "":
		return how + f.whenRequired() + "; in Java " + java + ", in .NET " + net
	}
	return how + f.whenRequired()
}
