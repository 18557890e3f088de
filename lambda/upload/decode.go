package upload

import (
	"encoding/json"
	"slices"
	"strings"
)

// field is a field of the configuration: where it is decoded to and what may
// stand there.
type field struct {
	name    string
	dest    any
	allowed string
}

func (c *Config) fields() []field {
	return append([]field{
		{"name", &c.Name, allowName},
		{"prefix", &c.Prefix, allowPrefix},
		{"maxObjectSize", &c.MaxObjectSize, allowObjectSize},
		{"maxFiles", &c.MaxFiles, allowMaxFiles},
		{"allowedTypes", &c.AllowedTypes, allowTypes},
		{"expires", &c.Expires, allowExpires},
		{"overwrite", &c.Overwrite, allowBool},
		{"origins", &c.Origins, allowOrigins},
		{"auth", &authValue{&c.Auth}, allowAuth},
		{"accelerate", &c.Accelerate, allowBool},
		{"dualStack", &c.DualStack, allowBool},
		{"edge", &c.Edge, allowEdge},
		{"lifecycle", &lifecycleValue{&c.Lifecycle}, "an object of days"},
		{"tags", &c.Tags, allowTags},
		{"budget", &budgetValue{&c.Budget}, allowBudget},
		{"alarms", &c.Alarms, allowAlarms},
		{"trail", &c.Trail, allowBool},
		{"malwareScan", &scanValue{&c.MalwareScan, &c.MalwareStrict}, allowScan},
		{"domain", &domainValue{&c.Domain}, allowDomain},
		{"writers", &c.Writers, allowWriters},
		{"quarantineReaders", &c.QuarantineReaders, allowWriters},
		{"relay", &c.Relay, allowBool},
		{"events", &eventsValue{&c.Events}, allowEvents},
		{"store", &storeValue{&c.Store}, allowStore},
		{"spaces", &spacesValue{&c.Spaces}, "an object of spaces by name"},
		{"brand", &brandValue{&c.Brand}, allowBrand},
	}, append(c.Sharing.fields(), c.Deployment.fields()...)...)
}

func (r *Resolved) fields() []field {
	return []field{
		{"bucket", &r.Bucket, "a bucket's name"},
		{"region", &r.Region, "a region such as eu-west-1"},
		{"kmsKey", &r.KMSKey, "a key's ARN"},
		{"endpoint", &r.Endpoint, allowEndpoint},
		{"secondEndpoint", &r.SecondEndpoint, allowEndpoint},
		{"virtualHost", &r.VirtualHost, allowBool},
		{"site", &r.Site, allowEndpoint},
		{"edgeEndpoint", &r.EdgeEndpoint, allowEndpoint},
		{"public", &r.Public, allowEndpoint},
		{"eventsFailures", &r.EventsFailures, "the address of an SQS queue"},
		{"eventsSecret", &r.EventsSecret, "the ARN of a secret"},
		{"stateBucket", &r.StateBucket, "a bucket's name"},
	}
}

func (l *Lifecycle) fields() []field {
	return []field{
		{"abort", &l.Abort, "1 to 365 days"},
		{"noncurrent", &l.Noncurrent, "1 to 3650 days"},
		{"transition", &l.Transition, "0 (never) to 3650 days"},
		{"expire", &l.Expire, "0 (never) to 3650 days"},
		{"logsTransition", &l.LogsTransition, "0 (never) to 3650 days"},
		{"logsExpire", &l.LogsExpire, "1 to 3650 days"},
	}
}

// The values below are objects within the configuration; object decodes them
// with the same care as the whole.
type (
	authValue      struct{ to *Auth }
	lifecycleValue struct{ to *Lifecycle }
	budgetValue    struct{ to **Budget }
	domainValue    struct{ to **Domain }
	cognitoValue   struct{ to **Cognito }
	senderValue    struct{ to **Sender }
	storeValue     struct{ to **Store }
)

type object interface {
	decodeAt(path string, data []byte) error
}

func (v *authValue) decodeAt(path string, data []byte) error {
	auth := Auth{}
	err := decode(path, data, []field{
		{"cognito", &cognitoValue{&auth.Cognito}, "an object"},
		{"issuer", &auth.Issuer, allowAuth},
		{"audience", &auth.Audience, allowAuth},
		{"scopes", &auth.Scopes, allowAuth},
		{"groupsClaim", &auth.GroupsClaim, allowClaim},
	}, nil)
	*v.to = auth
	return err
}

func (v *cognitoValue) decodeAt(path string, data []byte) error {
	*v.to = &Cognito{}
	return decode(path, data, []field{
		{"signUp", &(*v.to).SignUp, allowBool},
		{"mfa", &(*v.to).MFA, allowMFA},
		{"sender", &senderValue{&(*v.to).Sender}, allowSender},
	}, nil)
}

func (v *senderValue) decodeAt(path string, data []byte) error {
	*v.to = &Sender{}
	return decode(path, data, []field{
		{"address", &(*v.to).Address, allowMail},
		{"identity", &(*v.to).Identity, allowSender},
		{"name", &(*v.to).Name, allowSender},
	}, []string{"address", "identity"})
}

func (v *lifecycleValue) decodeAt(path string, data []byte) error {
	return decode(path, data, v.to.fields(), nil)
}

func (v *budgetValue) decodeAt(path string, data []byte) error {
	*v.to = &Budget{}
	return decode(path, data, []field{
		{"monthly", &(*v.to).Monthly, allowBudget},
		{"address", &(*v.to).Address, allowMail},
	}, []string{"monthly", "address"})
}

func (v *domainValue) decodeAt(path string, data []byte) error {
	*v.to = &Domain{}
	return decode(path, data, []field{
		{"name", &(*v.to).Name, allowDomain},
		{"certificate", &(*v.to).Certificate, allowDomain},
		{"zone", &(*v.to).Zone, allowDomain},
		{"signIn", &(*v.to).SignIn, allowDomain},
	}, []string{"name"})
}

func (v *storeValue) decodeAt(path string, data []byte) error {
	*v.to = &Store{Region: "us-east-1", PathStyle: true}
	return decode(path, data, []field{
		{"bucket", &(*v.to).Bucket, allowStore},
		{"endpoint", &(*v.to).Endpoint, allowEndpoint},
		{"region", &(*v.to).Region, allowStore},
		{"pathStyle", &(*v.to).PathStyle, allowBool},
	}, []string{"bucket", "endpoint"})
}

// decode reads a JSON object field by field, so that an error can name the
// field, its value and what is allowed. encoding/json alone would also take
// names in any case and keep quiet about null. null leaves the default.
func decode(path string, data []byte, fields []field, required []string) error {
	values, err := members(path, data)
	if err != nil {
		return err
	}
	return decodeMembers(path, values, fields, required)
}

func decodeMembers(path string, values memberList, fields []field, required []string) error {
	for _, m := range values {
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == m.name })
		if i < 0 {
			return Errorf(ConfigError, "unknown field %s, want one of %s: correct or remove it", quote(join(path, m.name)), names(fields))
		}
		if err := decodeField(path, m, fields[i]); err != nil {
			return err
		}
	}
	for _, name := range required {
		if _, ok := values.get(name); !ok {
			return Errorf(ConfigError, "%s is missing: add it, or remove %s", join(path, name), path)
		}
	}
	return nil
}

// decodeField reads a field of the object at path.
func decodeField(path string, m member, f field) error {
	if isNull(m.value) {
		return nil
	}
	if o, ok := f.dest.(object); ok {
		return o.decodeAt(join(path, m.name), m.value)
	}
	if err := decodeValue(m.value, f.dest); err != nil {
		return fieldError(join(path, m.name), m.value, f.allowed)
	}
	return nil
}

// fieldError is the form of every configuration error.
func fieldError(path string, value any, allowed string) error {
	if raw, ok := value.([]byte); ok { // as it was written, on one line
		text := string(raw)
		if strings.ContainsAny(text, "\r\n") {
			text = strings.Join(strings.Fields(text), " ")
		}
		value = shorten(text)
	} else if text, err := json.Marshal(value); err == nil {
		value = shorten(string(text))
	}
	return Errorf(ConfigError, "%s: got %s, want %s", path, value, allowed)
}

func orWhole(path string) string {
	if path == "" {
		return `the context "signet"`
	}
	return path
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func names(fields []field) string {
	all := make([]string, len(fields))
	for i, f := range fields {
		all[i] = f.name
	}
	return strings.Join(all, ", ")
}
