package main

import "runtime/debug"

// release is the version of this repository. What else has to name it (manifests, the API's
// description, CHANGELOG.md) is held to it by TestVersion, and the Makefile reads it here.
const release = "0.2.0"

// version is the release, and the commit where the build knows it.
func version() string {
	v := "signet " + release
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			v += " (" + s.Value[:12] + ")"
		}
	}
	return v
}
