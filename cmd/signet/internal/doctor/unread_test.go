package doctor_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"signet/cmd/signet/internal/doctor"
	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/report"
	"signet/lambda/upload"
)

// inTrouble makes every fact below v one that could not be read.
func inTrouble(v reflect.Value) {
	for i := range v.NumField() {
		field := v.Field(i)
		switch {
		case field.Kind() == reflect.Pointer && field.Type().Elem() == reflect.TypeFor[facts.Stack]():
			field.Set(reflect.New(field.Type().Elem()))
			inTrouble(field.Elem())
		case field.Kind() != reflect.Struct:
		case field.FieldByName("Trouble").IsValid() && field.FieldByName("Need").IsValid():
			field.FieldByName("Trouble").SetString("AWS answered AccessDenied")
		case field.Type().PkgPath() == reflect.TypeFor[facts.Facts]().PkgPath():
			inTrouble(field)
		}
	}
}

// given is what is known before anything is read: the bucket's name, and the function
// by which a stack is found at all.
var given = []string{"bucket-name", "function-environment", "function-traces"}

// Where nothing could be read, nothing passes: of anybody's bucket, of one with a
// configuration, and of a stack; and from every severity on that fails.
func TestNothingReadNothingPassed(t *testing.T) {
	for _, intended := range []bool{false, true} {
		f := &facts.Facts{Config: upload.DefaultConfig(), Intended: intended}
		inTrouble(reflect.ValueOf(f).Elem())
		f.Bucket.Name, f.Bucket.Region = "bucket", "eu-west-1"
		r := report.Report{Results: doctor.Examine(f)}
		unknown := 0
		for _, one := range r.Results {
			switch {
			case one.Status == doctor.Unknown:
				unknown++
			case slices.Contains(given, one.ID), one.Status == doctor.Skip && strings.Contains(one.Got, "the configuration"):
			default:
				t.Errorf("intended %t: %s says %s of what nobody could read: %s", intended, one.ID, one.Status, one.Got)
			}
		}
		for _, least := range []doctor.Severity{doctor.Low, doctor.Medium, doctor.High, doctor.Critical} {
			if !r.FailsAt(least) || len(r.Unread(least)) == 0 {
				t.Errorf("intended %t: from %s on it does not fail, with %d checks unknown", intended, least, unknown)
			}
		}
	}
}
