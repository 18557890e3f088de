package main

import (
	"errors"
	"flag"
	"regexp"
)

// addStorage adds the flags that say how a bucket keeps what is put there.
func (a *awsFlags) addStorage(set *flag.FlagSet) {
	set.StringVar(&a.storage.CacheControl, "cache-control", "", "")
	set.Func("storage-class", "", func(class string) error {
		if !regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`).MatchString(class) {
			return errors.New("want one of S3's, such as STANDARD_IA or GLACIER_IR")
		}
		a.storage.Class = class
		return nil
	})
}

// addChecksum adds the flag for stores that know none of S3's checksums.
func (a *awsFlags) addChecksum(set *flag.FlagSet) {
	set.BoolVar(&a.storage.NoChecksum, "no-checksum", false, "")
}

// checkStorage wants a bucket where something is said of how it stores.
func (a *awsFlags) checkStorage() error {
	switch {
	case a.bucket != "":
		return nil
	case a.storage.CacheControl != "" || a.storage.Class != "":
		return errors.New("got --cache-control or --storage-class without --bucket, where the service says how files are kept: leave it out")
	case a.storage.NoChecksum:
		return errors.New("got --no-checksum without --bucket, where each file's checksum is compared: leave it out")
	}
	return nil
}
