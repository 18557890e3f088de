package upload

// QuarantinePrefix is where malware is kept, in the upload bucket and outside of
// every [Config.Prefix].
const QuarantinePrefix = "quarantine/"

// The tag that GuardDuty puts on an object version that it has scanned, and the
// values that say that it found nothing, or that it is malware
// (https://docs.aws.amazon.com/guardduty/latest/ug/monitor-enable-s3-object-tagging-malware-protection.html).
const (
	ScanTag     = "GuardDutyMalwareScanStatus"
	NoThreats   = "NO_THREATS_FOUND"
	ThreatFound = "THREATS_FOUND"
)

// ScanResult is the detail type of the event by which GuardDuty tells of one scan
// (https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html).
const ScanResult = "GuardDuty Malware Protection Object Scan Result"

// Scan is the detail of that event, as far as it matters here.
type Scan struct {
	S3ObjectDetails struct {
		BucketName string `json:"bucketName"`
		ObjectKey  string `json:"objectKey"`
		VersionID  string `json:"versionId"`
	} `json:"s3ObjectDetails"`
	ScanResultDetails struct {
		ScanResultStatus string `json:"scanResultStatus"`
		Threats          []struct {
			Name string `json:"name"`
		} `json:"threats"`
	} `json:"scanResultDetails"`
}

// ThreatNames are the names of what was found.
func (s Scan) ThreatNames() (names []string) {
	for _, t := range s.ScanResultDetails.Threats {
		names = append(names, t.Name)
	}
	return names
}

// QuarantineKey is where a version of an object goes: each version has a key of its
// own, so that moving it twice is moving it once. Keys of uploads are short enough
// for it: see [LongestKey].
func QuarantineKey(key, versionID string) string {
	return QuarantinePrefix + key + "/" + versionID
}

// QuarantineGrants are what moving to [QuarantinePrefix] takes, and nothing else.
// Listing is there for S3's answer 404, where without it it would say 403 of
// what is gone (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html).
func QuarantineGrants(bucketARN string, prefixes []string, kmsKey, region string) []Grant {
	grants := []Grant{
		{Sid: "Take", Actions: []string{"s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectVersion"}, Resources: Below(bucketARN, prefixes)},
		{Sid: "Keep", Actions: []string{"s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject", "s3:PutObjectTagging"},
			Resources: Below(bucketARN, []string{QuarantinePrefix})},
		{Sid: "List", Actions: []string{"s3:ListBucket", "s3:ListBucketVersions"}, Resources: []string{bucketARN}},
	}
	if kmsKey != "" {
		grants = append(grants, Grant{Sid: "KeyViaS3", Actions: []string{kmsDecrypt, kmsDataKey}, Resources: []string{kmsKey}, ViaRegion: region})
	}
	return grants
}
