package doctor

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
	"signet/lambda/upload"
)

// accountChecks are about money, copies that leave, and odds and ends of the bucket.
func accountChecks() []Check {
	return []Check{
		{
			ID: "unfinished-uploads", Title: "No upload lies about unfinished", Group: money, Severity: Medium, Config: "lifecycle.abort",
			Why:   "its parts are paid for like objects, and no list of objects shows them",
			Fix:   `aws s3api list-multipart-uploads --bucket BUCKET --output json | jq -r '.Uploads[]? | "--key \(.Key | @sh) --upload-id \(.UploadId | @sh)"' | xargs -rL1 aws s3api abort-multipart-upload --bucket BUCKET # all of them: those that are under way, too`,
			Reads: reads(theUploads), Judge: unfinished,
		},
		{
			ID: "tags", Title: "The bucket has the tags Project, Env, Owner and CostCenter", Group: money, Severity: Low, Config: "tags",
			Why:   "nobody can say whose cost it is",
			Fix:   `GETTAGS | jq '.TagSet |= (map(select(.Value != "")) + [TAGS])' > tags.json && aws s3api put-bucket-tagging --bucket BUCKET --tagging file://tags.json`,
			Reads: reads(theTags), Judge: tags,
		},
		{
			ID: "budget", Title: "A budget warns somebody", Group: money, Severity: Low, Config: "budget",
			Why:   "the bill is the first to tell",
			Fix:   `aws budgets create-budget --account-id ACCOUNT --budget '{"BudgetName":"signet","BudgetType":"COST","TimeUnit":"MONTHLY","BudgetLimit":{"Amount":"50","Unit":"USD"}}' --notifications-with-subscribers '[{"Notification":{"NotificationType":"ACTUAL","ComparisonOperator":"GREATER_THAN","Threshold":80},"Subscribers":[{"SubscriptionType":"EMAIL","Address":"YOU@EXAMPLE.COM"}]}]'`,
			Reads: reads(theBudgets), Judge: budget,
		},
		{
			ID: "alarms", Title: "An alarm tells somebody when uploads fail", Group: audit, Severity: Low, Config: "alarms",
			Why:   "users are the first to tell",
			Fix:   "aws cloudwatch put-metric-alarm --alarm-name signet-errors --namespace AWS/Lambda --metric-name Errors --dimensions Name=FunctionName,Value=FUNCTION --statistic Sum --period 300 --evaluation-periods 1 --threshold 0 --comparison-operator GreaterThanThreshold --treat-missing-data notBreaching --alarm-actions TOPIC-ARN",
			Reads: reads(theAlarms), Judge: alarms,
		},
		{
			ID: "endpoint-policy", Title: "S3 endpoints of VPCs have a policy", Group: transport, Severity: Low, Config: "relay",
			Why:   "any program in the VPC can carry data to any bucket of anybody through it",
			Fix:   `aws ec2 modify-vpc-endpoint --vpc-endpoint-id ENDPOINT-ID --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":["BUCKETARN","BUCKETARN/*"]}]}' # with the other buckets that are meant`,
			Reads: reads(theEndpoints), Judge: endpoints,
		},
		{
			ID: "replication-foreign", Title: "Copies stay in the account, or go where backup.replica says", Group: access, Severity: Medium,
			Why:    "every upload is copied to where you do not decide, or is not copied where you think it is",
			Fix:    "aws s3api delete-bucket-replication --bucket BUCKET",
			Config: "backup",
			Reads:  reads(theReplication, theAccount), Judge: replication,
		},
		{
			ID: "inventory-foreign", Title: "Inventories stay in the account", Group: access, Severity: Medium,
			Why:   "another account gets the name of every file",
			Fix:   "aws s3api delete-bucket-inventory-configuration --bucket BUCKET --id INVENTORY-ID",
			Reads: reads(theInventory, theAccount), Judge: inventory,
		},
		{
			ID: "requester-pays", Title: "The bucket's owner pays for requests", Group: browser, Severity: Medium,
			Why:   "signed URLs that do not say x-amz-request-payer get 403, and no form can say it",
			Fix:   "aws s3api put-bucket-request-payment --bucket BUCKET --request-payment-configuration Payer=BucketOwner",
			Reads: reads(thePayer), Judge: func(f *facts.Facts) Finding {
				if f.Bucket.Payer.Value == string(types.PayerRequester) {
					return fail("the requester pays")
				}
				return pass("the owner pays")
			},
		},
		{
			ID: "acceleration", Title: "Transfer Acceleration is as configured", Group: browser, Severity: Medium, Config: "accelerate",
			Why:   "URLs are signed for an address that does not answer; or it costs, and nobody uses it",
			Fix:   "aws s3api put-bucket-accelerate-configuration --bucket BUCKET --accelerate-configuration Status=STATUS",
			Reads: reads(theAcceleration), Judge: acceleration,
		},
		{
			ID: "bucket-name", Title: "The bucket's name has no dot", Group: browser, Severity: Medium,
			Why:   "S3's certificate does not hold for a host name with more dots, so browsers refuse virtual-host URLs, and acceleration is out",
			Fix:   "aws s3api create-bucket --bucket NAME-WITHOUT-DOTS --region REGION # a bucket cannot be renamed: copy what is in it",
			Reads: func(*facts.Facts) []facts.Unknowable { return nil }, Judge: func(f *facts.Facts) Finding {
				if strings.Contains(f.Bucket.Name, ".") {
					return fail("%s", f.Bucket.Name)
				}
				return pass("%s", f.Bucket.Name)
			},
		},
	}
}

// unfinished tolerates what the lifecycle rule would not have aborted yet, with
// a day's grace: S3 runs the rules at midnight UTC.
func unfinished(f *facts.Facts) Finding {
	u := f.Uploads.Value
	if u.Count == 0 {
		return pass("none")
	}
	text := fmt.Sprintf("%d unfinished, the oldest %s, %s, %s", u.Count, age(u.Oldest), size(u.Bytes), Cost(u.Bytes, f.Bucket.Region))
	if u.Uncounted > 0 {
		text += fmt.Sprintf(", and the parts of %d more could not be counted (%s: allow s3:ListMultipartUploadParts)", u.Uncounted, u.Unlisted)
	}
	days := longest(f, f.Config.Lifecycle.Abort, longestAbort)
	found := pass("%s", text)
	switch {
	case u.Oldest > time.Duration(days+1)*24*time.Hour:
		found = fail("%s", text)
	case u.Uncounted > 0:
		found.Status = Unknown
	}
	found.Mark = "uploads that lie about" // their number and age are others every day
	return found
}

func tags(f *facts.Facts) Finding {
	var missing, added []string
	for _, name := range slices.Compact(slices.Sorted(slices.Values(append(sortedKeys(f.Config.Tags), "Project", "Env", "Owner", "CostCenter")))) {
		got, ok := f.Bucket.Tags.Value[name]
		if _, wanted := f.Config.Tags[name]; ok && (got != "" || !wanted) {
			continue
		}
		value, err := json.Marshal(cmp.Or(f.Config.Tags[name], "YOURS"))
		if err != nil {
			continue // a string always works
		}
		missing, added = append(missing, "it lacks "+name), append(added, fmt.Sprintf(`{"Key":%q,"Value":%s}`, name, strings.ReplaceAll(string(value), "'", "")))
	}
	return failIf(missing, "%d tag(s)", len(f.Bucket.Tags.Value)).with("TAGS", strings.Join(added, ","))
}

func budget(f *facts.Facts) Finding {
	for _, b := range f.Budgets.Value {
		if b.Warned > 0 {
			return pass("%s", b.Name)
		}
	}
	if f.Intended && f.Config.Budget == nil {
		return skip("the configuration has none")
	}
	return fail("no cost budget has a notification (%d budget(s))", len(f.Budgets.Value))
}

func alarms(f *facts.Facts) Finding {
	silent, off := 0, ""
	for _, a := range f.Alarms.Value {
		about := slices.ContainsFunc(a.Namespaces, func(n string) bool {
			return slices.Contains([]string{"AWS/S3", "AWS/Lambda", "AWS/ApiGateway"}, n)
		})
		if about && a.Acts {
			return pass("%s", a.Name)
		}
		if about {
			silent++
		}
		if about && a.Off {
			off += " '" + strings.ReplaceAll(a.Name, "'", "") + "'"
		}
	}
	if f.Intended && f.Config.Alarms == "" {
		return skip("the configuration has none")
	}
	if off != "" {
		return fail("%d alarm(s) about S3, Lambda or API Gateway, whose actions are off", silent).instead("aws cloudwatch enable-alarm-actions --alarm-names" + off)
	}
	if silent > 0 {
		return fail("%d alarm(s) about S3, Lambda or API Gateway, which tell nobody", silent)
	}
	return fail("no alarm about S3, Lambda or API Gateway")
}

// endpoints tries a stranger's write through each endpoint.
func endpoints(f *facts.Facts) Finding {
	var trouble, open []string
	for _, e := range f.Endpoints.Value {
		search := policy.Search{
			Documents: []policy.Document{e.Policy}, Principals: strangers(f), Actions: []string{"s3:PutObject", "s3:GetObject"}, Outsider: true,
			Resources: []string{"arn:" + f.Partition() + ":s3:::" + policy.Stranger + "/x"},
		}
		if _, ok := search.Find(func(r policy.Request) bool { decision, _ := e.Policy.Decide(r); return decision == policy.Allowed }); ok {
			trouble, open = append(trouble, e.ID+" lets anything through to any bucket"), append(open, e.ID)
		}
	}
	if len(f.Endpoints.Value) == 0 {
		return skip("there is no S3 endpoint in the region")
	}
	return failIf(trouble, "%d endpoint(s)", len(f.Endpoints.Value)).with("ENDPOINT-ID", first(open))
}

// replication wants no copies in another account but those that the configuration
// asks for, and wants those.
func replication(f *facts.Facts) Finding {
	var trouble []string
	var intended *upload.Replica
	if b := f.Config.Backup; b != nil {
		intended = b.Replica
	}
	found := intended == nil
	for _, r := range f.Bucket.Replication.Value {
		if r.Status != types.ReplicationRuleStatusEnabled || r.Destination == nil {
			continue
		}
		to, bucket := aws.ToString(r.Destination.Account), aws.ToString(r.Destination.Bucket)
		if intended != nil && strings.HasSuffix(bucket, ":::"+intended.Bucket) && to == intended.Account {
			found = true
		} else if to != "" && to != f.Account.Value {
			trouble = append(trouble, bucket+" is in account "+to)
		}
	}
	if !found {
		trouble = append(trouble, "nothing is copied to "+intended.Bucket+", as the configuration says")
	}
	finding := failIf(trouble, "%d rule(s)", len(f.Bucket.Replication.Value))
	if intended != nil {
		return finding.instead(putBack + " # puts it as configured")
	}
	return finding
}

func inventory(f *facts.Facts) Finding {
	var trouble []string
	id := ""
	for _, c := range f.Bucket.Inventory.Value {
		if c.Destination == nil || c.Destination.S3BucketDestination == nil || !aws.ToBool(c.IsEnabled) {
			continue
		}
		d := c.Destination.S3BucketDestination
		if to := aws.ToString(d.AccountId); to != "" && to != f.Account.Value {
			trouble, id = append(trouble, aws.ToString(d.Bucket)+" is in account "+to), aws.ToString(c.Id)
		}
	}
	return failIf(trouble, "%d inventor(ies)", len(f.Bucket.Inventory.Value)).with("INVENTORY-ID", id)
}

func acceleration(f *facts.Facts) Finding {
	on := f.Bucket.Acceleration.Value
	switch {
	case on && strings.Contains(f.Bucket.Name, "."):
		return fail("it is on, and cannot work for a name with a dot").with("STATUS", "Suspended")
	case !f.Intended:
		return skip("the configuration is not known: give --config or --stack")
	case on != f.Config.Accelerate:
		return fail("it is %s, where the configuration says %t", map[bool]string{true: "on", false: "off"}[on], f.Config.Accelerate).
			with("STATUS", map[bool]string{true: "Suspended", false: "Enabled"}[on])
	}
	return pass("as configured")
}

// first of a list; empty: there is none.
func first(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[0]
}
