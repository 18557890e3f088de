package accesslog

import (
	"strings"

	"signet/cmd/signet/internal/estimate/price"
	"signet/lambda/upload"
)

// kind is what an operation of the log is in the table of S3's operations, or, for
// one that is not in it, its name there; and what it costs.
type kind struct {
	name string
	item price.Item // empty: nothing
}

// of is a row of the table of S3's operations.
func of(op upload.Operation) kind { return kind{op.String(), itemOf(op.Spec().Tier)} }

func itemOf(tier upload.Tier) price.Item {
	switch tier {
	case upload.Tier1:
		return price.Tier1
	case upload.Tier2:
		return price.Tier2(price.Standard)
	}
	return ""
}

// kindOf finds an operation of the log. It is REST.method.resource for a request,
// S3.action.resource for what a lifecycle rule did.
func kindOf(operation string) kind {
	switch operation {
	case "REST.PUT.OBJECT":
		return of(upload.PutObject)
	case "REST.POST.OBJECT":
		return of(upload.PostObject)
	case "REST.GET.OBJECT":
		return of(upload.GetObject)
	case "REST.HEAD.OBJECT":
		return of(upload.HeadObject)
	case "REST.DELETE.OBJECT":
		return of(upload.DeleteObject)
	case "REST.COPY.OBJECT":
		return of(upload.CopyObject)
	case "REST.POST.UPLOADS":
		return of(upload.CreateMultipartUpload)
	case "REST.PUT.PART":
		return of(upload.UploadPart)
	case "REST.COPY.PART":
		return of(upload.UploadPartCopy)
	case "REST.POST.UPLOAD":
		return of(upload.CompleteMultipartUpload)
	case "REST.DELETE.UPLOAD":
		return of(upload.AbortMultipartUpload)
	case "REST.GET.UPLOAD":
		return of(upload.ListParts)
	case "REST.GET.UPLOADS":
		return of(upload.ListMultipartUploads)
	case "REST.GET.BUCKET":
		return of(upload.ListObjectsV2)
	case "REST.GET.BUCKETVERSIONS":
		return of(upload.ListObjectVersions)
	case "S3.TRANSITION_SIA.OBJECT":
		return kind{"transition to STANDARD_IA", price.Transition(price.StandardIA)}
	case "S3.TRANSITION_GIR.OBJECT":
		return kind{"transition to GLACIER_IR", price.Transition(price.GlacierIR)}
	case "S3.TRANSITION.OBJECT":
		return kind{"transition to GLACIER", price.Transition(price.Glacier)}
	}
	return other(operation)
}

// other is what Signet does not do itself: the price follows the method. The
// reading half of a copy has a record of its own, and no price.
func other(operation string) kind {
	from, rest, _ := strings.Cut(operation, ".")
	method, resource, _ := strings.Cut(rest, ".")
	switch {
	case from != "REST" && from != "SOAP" && from != "WEBSITE", strings.HasSuffix(resource, "_GET"):
		return kind{name: operation}
	case method == "DELETE", resource == "MULTI_OBJECT_DELETE":
		return kind{name: operation}
	case method == "PUT", method == "POST", method == "COPY":
		return kind{operation, price.Tier1}
	}
	return kind{operation, price.Tier2(price.Standard)}
}
