package faults

import "time"

// Object is what a test is told of something in the bucket.
type Object struct {
	Key      string            `json:"key"`
	Name     string            `json:"name"` // of the file
	Size     int64             `json:"size"` // in bytes
	Type     string            `json:"type"`
	Checksum string            `json:"checksum"` // CRC64NVME in base64; "" where S3 has none
	Metadata map[string]string `json:"metadata"`
	Modified time.Time         `json:"modified"`
}
