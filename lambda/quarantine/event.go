package main

import (
	"fmt"

	"signet/lambda/upload"
)

// event is what GuardDuty tells of one scan.
type event struct {
	Source     string      `json:"source"`
	DetailType string      `json:"detail-type"`
	Detail     upload.Scan `json:"detail"`
}

// version is one version of an object.
type version struct{ bucket, key, id string }

// threat is the version that the event calls malware, and the names of what was
// found in it. Any other event is an error: the rule lets none through, so that
// somebody changed it.
func (e event) threat() (version, []string, error) {
	o, status := e.Detail.S3ObjectDetails, e.Detail.ScanResultDetails.ScanResultStatus
	switch {
	case e.Source != "aws.guardduty" || e.DetailType != upload.ScanResult:
		return version{}, nil, fmt.Errorf("got a %q of %q, want a scan result of aws.guardduty: look at the rule that calls this function", e.DetailType, e.Source)
	case status != upload.ThreatFound:
		return version{}, nil, fmt.Errorf("got the scan result %q, want %s: look at the rule that calls this function", status, upload.ThreatFound)
	case o.BucketName == "" || o.ObjectKey == "" || o.VersionID == "":
		return version{}, nil, fmt.Errorf("got bucket %q, key %q, version %q, want all three: turn the bucket's versioning on", o.BucketName, o.ObjectKey, o.VersionID)
	}
	return version{o.BucketName, o.ObjectKey, o.VersionID}, e.Detail.ThreatNames(), nil
}
