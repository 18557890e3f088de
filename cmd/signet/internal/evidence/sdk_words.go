package evidence

import (
	"regexp"
	"sync"
)

// thrown is how an SDK prints S3's error; the names of the groups say what they are.
var thrown = sync.OnceValue(func() []*regexp.Regexp {
	return []*regexp.Regexp{
		regexp.MustCompile(`An error occurred \((?P<code>[^)]+)\) when calling the (?P<operation>\w+) operation(?: \([^)]*\))?:? ?(?P<message>[^\n]*)`),                               // botocore
		regexp.MustCompile(`A client error \((?P<code>[^)]+)\) occurred when calling the (?P<operation>\w+) operation: (?P<message>[^\n]*)`),                                          // botocore, older
		regexp.MustCompile(`(?:operation error S3: (?P<operation>\w+), )?(?:https response error )?StatusCode: (?P<status>\d+),.*?api error (?P<code>[\w.]+):? ?(?P<message>[^\n]*)`), // Go v2
		regexp.MustCompile(`api error (?P<code>[\w.]+): (?P<message>[^\n]*)`),
		regexp.MustCompile(`(?m)(?:Exception: |^)(?P<message>[^\n]*?) \(Service: (?:Amazon )?S3; Status Code: (?P<status>\d+); Error Code: (?P<code>[^;]+);`), // Java v1
		regexp.MustCompile(`(?:Exception: )(?P<message>[^\n]*?) \(Service: S3, Status Code: (?P<status>\d+),`),                                                // Java v2
		regexp.MustCompile(`(?P<code>[A-Za-z][\w.]+): (?P<message>[^\n]*)\n\s*status code: (?P<status>\d+)`),                                                  // Go v1
		regexp.MustCompile(`code: (?P<code>\w+), message: (?P<message>.*?), resource: (?P<resource>[^,\s]+)`),                                                 // minio-py
		regexp.MustCompile(`code: (?:Some\()?"(?P<code>[\w.]+)"\)?, message: (?:Some\()?"(?P<message>[^"]*)"`),                                                // Rust
		regexp.MustCompile(`(?P<code>[A-Z]\w+) \((?:client|server)\): (?P<message>[^\n<]*)`),                                                                  // PHP
		regexp.MustCompile(`AWS Error Code: (?P<code>\w+), Status Code: (?P<status>\d+), .*?AWS Error Message: (?P<message>[^,\n]*)`),                         // PHP v2
		regexp.MustCompile(`(?m)(?:'?: |^)(?P<message>[A-Z][^\n]*?) \(Aws::S3::Errors::(?P<code>\w+)\)`),                                                      // Ruby, uncaught
		regexp.MustCompile(`A(?:ws|WS)::S3::Errors::(?P<code>\w+)(?:: | \()?(?P<message>[^)\n]*)`),                                                            // Ruby
		regexp.MustCompile(`statusCode = (?P<status>\d+)[\s\S]*?ErrorCode "(?P<code>\w+)"[\s\S]*?Just "(?P<message>[^"]*)"`),                                  // Haskell
		regexp.MustCompile(`"message": ?"(?P<message>(?:[^"\\]|\\.)*)",\s*(?:"errno": ?"[^"]*",\s*)?"code": ?"(?P<code>\w+)"`),                                // JavaScript v2, as JSON
		regexp.MustCompile(`(?m)^[^\n]*?\b(?P<code>[A-Z]\w+): (?P<message>[^\n]+)[\s\S]*?\b[Cc]ode: '(?P<code2>\w+)'`),                                        // JavaScript, printed
		regexp.MustCompile(`S3 error: (?P<status>\d+) \((?P<code>\w+)\): (?P<message>[^\n]*)`),                                                                // s3cmd
		regexp.MustCompile(`S3::\w+\([^)\n]*\): \[(?P<code>\w+)\] (?P<message>[^\n]*)`),                                                                       // PHP, the class S3
		regexp.MustCompile(`API: (?P<operation>\w+)\([\s\S]*?\bError: (?P<message>[^\n]*)`),                                                                   // MinIO's log
		regexp.MustCompile(`Error making request with Error Code (?P<code>\w+) and Http Status Code`),                                                         // .NET, of a HEAD
		regexp.MustCompile(`<(?P<code>\w+(?:Exception|Error))\s*/>`),                                                                                          // an element alone
		regexp.MustCompile(`AmazonS3Exception: (?P<message>[^\n]*)`),                                                                                          // .NET
	}
})

var (
	xmlError = regexp.MustCompile(`(?s)<Error\b[^>]*>.*?</Error>|<Error\b[^>]*>.*<Code>.*`)
	// pieces of an error whose root is cut off
	codeElement    = regexp.MustCompile(`<Code>\s*([\w.]+)\s*</Code>`)
	messageElement = regexp.MustCompile(`<Message>\s*([^<]+)`)
	// the page that somebody else than a store answers with
	pageSaid = regexp.MustCompile(`(?is)<(?:!doctype html|html)\b.*?(?:</html>|\(truncated|\z)`)
	// a status with its reason, which needs nothing beside it to be one
	reasoned = regexp.MustCompile(`\b(?:405|409|411|412|413|50[1-4]) (?:Conflict|Service Unavailable|Method Not Allowed|Length Required|Precondition Failed|Request Entity Too Large|Payload Too Large|Not Implemented|Bad Gateway|Gateway Time-?out)`)
	// a status's reason as the name of an error
	reasonAlone = regexp.MustCompile(`\b(Forbidden|Unauthorized|BadGateway|GatewayTimeout|ServiceUnavailable|RequestEntityTooLarge|MethodNotAllowed)\b`)
	// what follows a value of logfmt or JSON
	logged     = regexp.MustCompile(`^(?: [\w.]+=.*|, ?"[\w.]+" ?:.*|[\s})\],]*)$`)
	statusSaid = []*regexp.Regexp{
		regexp.MustCompile(`(?i)\bstatus(?:[ _-]?code)?\b\W{0,4}(\d{3})\b`),
		regexp.MustCompile(`(?i)(?:http)?status ?code"?'?:? ?=? ?(\d{3})\b`),
		regexp.MustCompile("resulted in a `(\\d{3}) "),
		regexp.MustCompile(`\bHTTP (?:Error )?(\d{3})\b`), // Python's urllib, too
		regexp.MustCompile(`https?://\S+ \(?([45]\d\d)\b`),
		regexp.MustCompile(`(?i)\bresponse (?:code|status)\b\W{0,4}(\d{3})\b`),
		regexp.MustCompile(`(?i)\b([45]\d\d) (?:error|status|response)`),
		regexp.MustCompile(`\b([45]\d\d) (?:Bad Request|Forbidden|Not Found|Conflict|Internal Server Error|Service Unavailable|Method Not Allowed|Length Required|Precondition Failed|Request Entity Too Large|Not Implemented|Unauthorized|Moved|Temporary)`),
		regexp.MustCompile(`\b(3\d\d) (?:Moved|Temporary|Permanent)`),
	}
	wrappedDenial = regexp.MustCompile(`(?i)(on resource:|because|with an|explicit|deny in an?|with an explicit deny in an?|PutObject,|GetObject,)[ \t]*\n\s*`)
	statusNamed   = regexp.MustCompile(`(?i)\bhttp status code (\w+)`)
	operationSaid = regexp.MustCompile(`(?:when calling the|operation error S3:|Error executing "|S3[.:] ?) ?(\w+)"?`)
	operationName = regexp.MustCompile(`\b((?:[Pp]ut|[Gg]et|[Hh]ead|[Dd]elete|[Cc]opy|[Rr]estore)Objects?|[Uu]ploadPart|(?:[Cc]reate|[Cc]omplete|[Aa]bort)MultipartUpload|[Ll]istObjectsV2|[Ll]istParts|[Ll]istBuckets|(?:[Hh]ead|[Cc]reate|[Dd]elete)Bucket|[Gg]etBucketLocation)(?:Command|Request)?\b`)
	aQuery        = regexp.MustCompile(`\?[^\s'"<>]*X-Amz-[^\s'"<>]*`)
	aField        = regexp.MustCompile(`(?m)^\s*"?(BucketName|Bucket|Endpoint|Region|Header|HeadersNotSigned|Condition|StorageClass|ProposedSize|MaxSizeAllowed|MinSizeAllowed|ArgumentName|ArgumentValue|PartNumber|ETag|Key|Resource|RequestTime|ServerTime)"?: ['"]?([^'",\n]+)['"]?,?$`)
	aQuotedHead   = regexp.MustCompile(`HTTP/[\d.]+ \d{3} [^\n'"]*\n(?:[A-Za-z-]+: [^\n'"]*\n)+`)
	aMember       = regexp.MustCompile(`(?:minimum field size of \d+, \w+Input\.|missing required field, \w+Input\.|Invalid type for parameter |Missing required (?:parameter in input: "|key '))(\w+)`)
	aJSONField    = regexp.MustCompile(`"(bucketname|resource|key|region)":"([^"]+)"`) // minio for JavaScript
	aRequest      = regexp.MustCompile("(?:`|\\b)(GET|PUT|POST|HEAD|DELETE|Get|Put|Post|Head|Delete)[ \"`]+(https?://[^\\s'\"`<>]+)")
	aCommand      = regexp.MustCompile(`(?m)\baws(?: --?[\w-]+(?:[= ]\S+)?)* (s3(?:api)? .*)$`)
	aTarget       = regexp.MustCompile(`(?:\bto |^upload: .*? )s3://([a-z0-9][a-z0-9.-]+)/(\S+) An error`)
	aCannedACL    = regexp.MustCompile(`\b(?:ACL|acl)['"]?\s*[:=]\s*['"]?((?:public|authenticated|aws-exec|bucket-owner)-[a-z-]+|private|log-delivery-write)\b`)
	aPage         = regexp.MustCompile(`(?i)\borigin:? '?https?://[^\s']+`)
	aURL          = regexp.MustCompile("https?://[^\\s'\"`<>\\\\)]+")
	aRegion       = regexp.MustCompile(`x-amz-bucket-region['"]?[:,=] ?['"]?([a-z0-9-]+)`)
	aCode         = regexp.MustCompile(`\b[A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]+)+\b`)
	codeAlone     = regexp.MustCompile(`\b([A-Z][A-Za-z0-9]*(?:\.[A-Z]\w+)?): (.+)`)
)
