package upload

import (
	"net/url"
	"strings"
)

// Receipt is a HEAD of the object that the form makes. It names no version, for there is
// none yet.
func (f Form) Receipt() Request { return Object{key: f.key, expires: f.expires}.Receipt("") }

// Carrying is the form whose redirect hands a receipt on, as the parameter receipt.
// Without a redirect there is nothing to hand it to, which is InvalidArgument.
func (f Form) Carrying(receipt string) (Form, error) {
	fields := make([]Header, len(f.fields))
	carried := false
	for i, field := range f.fields {
		if field.Name == "success_action_redirect" {
			address, fragment, cut := strings.Cut(field.Value, "#")
			mark := "?"
			if strings.Contains(address, "?") {
				mark = "&"
			}
			field.Value = address + mark + "receipt=" + url.QueryEscape(receipt)
			if cut {
				field.Value += "#" + fragment
			}
			carried = true
		}
		fields[i] = field
	}
	if !carried {
		return Form{}, Errorf(InvalidArgument, "got receipt without successRedirect, want an address to hand it to: add successRedirect, or leave receipt out")
	}
	f.fields = fields
	return f, nil
}
