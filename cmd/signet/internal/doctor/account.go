package doctor

import (
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
			Fix:   `aws s3api list-multipart-uploads --bucket BUCKET --query 'Uploads[].[Key,UploadId]' --output text | while read -r key id; do aws s3api abort-multipart-upload --bucket BUCKET --key "$key" --upload-id "$id"; done`,
			Reads: reads(theUploads), Judge: unfinished,
		},
		{
			ID: "tags", Title: "The bucket has the tags Project, Env, Owner and CostCenter", Group: money, Severity: Low, Config: "tags",
			Why:   "nobody can say whose cost it is",
			Fix:   "aws s3api put-bucket-tagging --bucket BUCKET --tagging 'TagSet=[{Key=Project,Value=signet},{Key=Env,Value=prod},{Key=Owner,Value=YOU},{Key=CostCenter,Value=YOURS}]' # with the tags that are there: the call replaces all",
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
			Fix:   "aws ec2 modify-vpc-endpoint --vpc-endpoint-id ENDPOINT-ID --policy-document file://endpoint.json # allow the buckets and roles that are meant",
			Reads: reads(theEndpoints), Judge: endpoints,
		},
		{
			ID: "replication-foreign", Title: "Copies stay in the account, or go where backup.replica says", Group: access, Severity: Medium,
			Why:    "every upload is copied to where you do not decide, or is not copied where you think it is",
			Fix:    "make deploy # puts it as configured; by hand: aws s3api delete-bucket-replication --bucket BUCKET",
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
			Fix:   "aws s3api put-bucket-accelerate-configuration --bucket BUCKET --accelerate-configuration Status=Enabled # or Suspended",
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
	if u.Oldest > time.Duration(days+1)*24*time.Hour {
		return fail("%s", text)
	}
	if u.Uncounted > 0 {
		return Finding{Unknown, text}
	}
	return pass("%s", text)
}

func tags(f *facts.Facts) Finding {
	var lacking []string
	for _, name := range sortedKeys(f.Config.Tags) {
		if got, ok := f.Bucket.Tags.Value[name]; !ok || got == "" {
			lacking = append(lacking, "it lacks "+name)
		}
	}
	for _, name := range []string{"Project", "Env", "Owner", "CostCenter"} {
		if _, ok := f.Bucket.Tags.Value[name]; !ok && !slices.Contains(lacking, "it lacks "+name) {
			lacking = append(lacking, "it lacks "+name)
		}
	}
	return failIf(lacking, "%d tag(s)", len(f.Bucket.Tags.Value))
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
	silent := 0
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
	}
	if f.Intended && f.Config.Alarms == "" {
		return skip("the configuration has none")
	}
	if silent > 0 {
		return fail("%d alarm(s) about S3, Lambda or API Gateway, whose actions are off", silent)
	}
	return fail("no alarm about S3, Lambda or API Gateway")
}

// endpoints tries a stranger's write through each endpoint.
func endpoints(f *facts.Facts) Finding {
	var trouble []string
	for _, e := range f.Endpoints.Value {
		search := policy.Search{
			Documents: []policy.Document{e.Policy}, Principals: strangers(f), Actions: []string{"s3:PutObject", "s3:GetObject"}, Outsider: true,
			Resources: []string{"arn:" + f.Partition() + ":s3:::" + policy.Stranger + "/x"},
		}
		if _, ok := search.Find(func(r policy.Request) bool { decision, _ := e.Policy.Decide(r); return decision == policy.Allowed }); ok {
			trouble = append(trouble, e.ID+" lets anything through to any bucket")
		}
	}
	if len(f.Endpoints.Value) == 0 {
		return skip("there is no S3 endpoint in the region")
	}
	return failIf(trouble, "%d endpoint(s)", len(f.Endpoints.Value))
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
	return failIf(trouble, "%d rule(s)", len(f.Bucket.Replication.Value))
}

func inventory(f *facts.Facts) Finding {
	var trouble []string
	for _, c := range f.Bucket.Inventory.Value {
		if c.Destination == nil || c.Destination.S3BucketDestination == nil || !aws.ToBool(c.IsEnabled) {
			continue
		}
		d := c.Destination.S3BucketDestination
		if to := aws.ToString(d.AccountId); to != "" && to != f.Account.Value {
			trouble = append(trouble, aws.ToString(d.Bucket)+" is in account "+to)
		}
	}
	return failIf(trouble, "%d inventor(ies)", len(f.Bucket.Inventory.Value))
}

func acceleration(f *facts.Facts) Finding {
	on := f.Bucket.Acceleration.Value
	switch {
	case on && strings.Contains(f.Bucket.Name, "."):
		return fail("it is on, and cannot work for a name with a dot")
	case !f.Intended:
		return skip("the configuration is not known: give --config or --stack")
	case on != f.Config.Accelerate:
		return fail("it is %s, where the configuration says %t", map[bool]string{true: "on", false: "off"}[on], f.Config.Accelerate)
	}
	return pass("as configured")
}
