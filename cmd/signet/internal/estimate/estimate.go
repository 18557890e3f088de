// Package estimate answers how long an upload takes and which limit binds first,
// from what people write, "1TB" and "200Mbps". It asks the packages that do the
// arithmetic: duration and limits. What a stack costs is package cost's to say.
package estimate
