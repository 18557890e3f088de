package upload

// Operation is one of the S3 operations that Signet uses. The table behind it
// feeds the signer (method and query), the role's grants and the local cloud's
// (IAM actions), and whoever explains or prices a request.
type Operation uint8

// The operations, under S3's own names. PostObject is the form upload.
const (
	PutObject Operation = iota
	PostObject
	GetObject
	HeadObject
	DeleteObject
	DeleteObjectVersion
	CopyObject
	CreateMultipartUpload
	UploadPart
	UploadPartCopy
	CompleteMultipartUpload
	AbortMultipartUpload
	ListParts
	ListMultipartUploads
	ListObjectsV2
	ListObjectVersions
)

// Tier is the price class of a request
// (https://aws.amazon.com/s3/pricing/, "Requests and data retrievals").
type Tier string

// The price classes: Tier1 is PUT, COPY, POST and LIST, Tier2 is GET and all
// other requests, and DELETE and cancel requests are free.
const (
	Tier1 Tier = "tier1"
	Tier2 Tier = "tier2"
	Free  Tier = "free"
)

// Spec is what the table knows of an operation.
type Spec struct {
	Name   string // S3's name
	Method string // of HTTP
	// Query holds the parameters that make the request this operation: a
	// subresource (without value in the request) or a parameter with one.
	Query   []string
	OnKey   bool     // addresses a key; false: the bucket
	Actions []string // IAM actions, all of them needed
	// PrefixKey says that IAM offers the condition key s3:prefix for it
	// (Service Authorization Reference, "Actions defined by Amazon S3").
	PrefixKey bool
	// KMS lists the actions on the customer key that S3 does on the caller's
	// behalf.
	KMS  []string
	Tier Tier
}

const (
	kmsDecrypt = "kms:Decrypt"
	kmsDataKey = "kms:GenerateDataKey"
)

var operations = [...]Spec{
	PutObject:           {Name: "PutObject", Method: "PUT", OnKey: true, Actions: []string{"s3:PutObject"}, KMS: []string{kmsDataKey}, Tier: Tier1},
	PostObject:          {Name: "PostObject", Method: "POST", OnKey: true, Actions: []string{"s3:PutObject"}, KMS: []string{kmsDataKey}, Tier: Tier1},
	GetObject:           {Name: "GetObject", Method: "GET", OnKey: true, Actions: []string{"s3:GetObject", "s3:GetObjectVersion"}, KMS: []string{kmsDecrypt}, Tier: Tier2},
	HeadObject:          {Name: "HeadObject", Method: "HEAD", OnKey: true, Actions: []string{"s3:GetObject", "s3:GetObjectVersion"}, KMS: []string{kmsDecrypt}, Tier: Tier2},
	DeleteObject:        {Name: "DeleteObject", Method: "DELETE", OnKey: true, Actions: []string{"s3:DeleteObject"}, Tier: Free},
	DeleteObjectVersion: {Name: "DeleteObjectVersion", Method: "DELETE", Query: []string{"versionId"}, OnKey: true, Actions: []string{"s3:DeleteObjectVersion"}, Tier: Free},
	CopyObject: {Name: "CopyObject", Method: "PUT", OnKey: true,
		Actions: []string{"s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"}, KMS: []string{kmsDecrypt, kmsDataKey}, Tier: Tier1},
	CreateMultipartUpload: {Name: "CreateMultipartUpload", Method: "POST", Query: []string{"uploads"}, OnKey: true,
		Actions: []string{"s3:PutObject"}, KMS: []string{kmsDataKey}, Tier: Tier1},
	UploadPart: {Name: "UploadPart", Method: "PUT", Query: []string{"partNumber", "uploadId"}, OnKey: true,
		Actions: []string{"s3:PutObject"}, KMS: []string{kmsDecrypt, kmsDataKey}, Tier: Tier1},
	UploadPartCopy: {Name: "UploadPartCopy", Method: "PUT", Query: []string{"partNumber", "uploadId"}, OnKey: true,
		Actions: []string{"s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"}, KMS: []string{kmsDecrypt, kmsDataKey}, Tier: Tier1},
	CompleteMultipartUpload: {Name: "CompleteMultipartUpload", Method: "POST", Query: []string{"uploadId"}, OnKey: true,
		Actions: []string{"s3:PutObject"}, KMS: []string{kmsDecrypt, kmsDataKey}, Tier: Tier1},
	AbortMultipartUpload: {Name: "AbortMultipartUpload", Method: "DELETE", Query: []string{"uploadId"}, OnKey: true,
		Actions: []string{"s3:AbortMultipartUpload"}, Tier: Free},
	ListParts: {Name: "ListParts", Method: "GET", Query: []string{"uploadId"}, OnKey: true,
		Actions: []string{"s3:ListMultipartUploadParts"}, Tier: Tier1},
	ListMultipartUploads: {Name: "ListMultipartUploads", Method: "GET", Query: []string{"uploads"},
		Actions: []string{"s3:ListBucketMultipartUploads"}, Tier: Tier1},
	ListObjectsV2: {Name: "ListObjectsV2", Method: "GET", Query: []string{"list-type"},
		Actions: []string{"s3:ListBucket"}, PrefixKey: true, Tier: Tier1},
	ListObjectVersions: {Name: "ListObjectVersions", Method: "GET", Query: []string{"versions"},
		Actions: []string{"s3:ListBucketVersions"}, PrefixKey: true, Tier: Tier1},
}

// Operations lists all of them, in the order of the table.
func Operations() []Operation {
	all := make([]Operation, len(operations))
	for i := range all {
		all[i] = Operation(i)
	}
	return all
}

// Spec is the operation's row of the table.
func (o Operation) Spec() Spec { return operations[o] }

// String is S3's name of the operation.
func (o Operation) String() string { return operations[o].Name }
