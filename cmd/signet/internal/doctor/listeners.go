package doctor

import "signet/cmd/signet/internal/doctor/facts"

// listenerChecks are about who hears of new objects.
func listenerChecks() []Check {
	return []Check{{
		ID: "events-gone", Title: "Whoever is told of new objects is there", Group: audit, Severity: Medium,
		Why: "S3 tells nobody that its events go nowhere, and what should act on an upload never does",
		Fix: "aws s3api get-bucket-notification-configuration --bucket BUCKET | " +
			`jq 'map_values(if type == "array" then map(select((.LambdaFunctionArn // .QueueArn // .TopicArn) != "LISTENER")) else . end)' > events.json && ` +
			"aws s3api put-bucket-notification-configuration --bucket BUCKET --notification-configuration file://events.json --skip-destination-validation",
		Reads: reads(func(f *facts.Facts) facts.Unknowable { return f.Listeners }), Judge: listenersGone,
	}}
}

func listenersGone(f *facts.Facts) Finding {
	var trouble []string
	gone := ""
	for _, l := range f.Listeners.Value {
		if l.Gone {
			trouble, gone = append(trouble, l.ARN+" is not there"), l.ARN
		}
	}
	return failIf(trouble, "%d", len(f.Listeners.Value)).with("LISTENER", gone)
}
