package evidence

import (
	"encoding/json"
	"fmt"
	"strings"

	"signet/lambda/explain"
	"signet/lambda/upload"
)

// findSigned looks in the answers before entry i for the URL as its signer gave
// it away. With it nothing is left to guess.
func findSigned(entries []entry, i int) *explain.Signed {
	sent := entries[i].Request.URL
	signature := parameter(sent, "X-Amz-Signature")
	if signature == "" {
		return nil
	}
	for j := i - 1; j >= 0; j-- {
		body := entries[j].body()
		if !strings.Contains(body, signature) {
			continue
		}
		var value any
		if json.Unmarshal([]byte(body), &value) != nil {
			continue
		}
		if found := search(value, signature); found != nil {
			return found
		}
	}
	return nil
}

func parameter(url, name string) string {
	_, rest, _ := strings.Cut(url, name+"=")
	value, _, _ := strings.Cut(rest, "&")
	return value
}

// search goes through a JSON value for a string that is a URL with the signature,
// and takes method and headers from beside it.
func search(value any, signature string) *explain.Signed {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			if found := search(item, signature); found != nil {
				return found
			}
		}
	case map[string]any:
		if found := inTable(v, signature); found != nil {
			return found
		}
		for _, item := range v {
			if text, ok := item.(string); ok && isSignedURL(text, signature) {
				return beside(v, text)
			}
			if found := search(item, signature); found != nil {
				return found
			}
		}
	case string:
		if isSignedURL(v, signature) {
			return &explain.Signed{URL: v}
		}
	}
	return nil
}

// inTable looks into a signature table, which has one URL for all parts.
func inTable(object map[string]any, signature string) *explain.Signed {
	url, _ := object["url"].(string)
	first, _ := object["first"].(float64)
	list, _ := object["signatures"].([]any)
	for i, item := range list {
		if item == signature {
			return &explain.Signed{Method: "PUT", URL: fmt.Sprintf("%s&partNumber=%d&X-Amz-Signature=%s", url, int(first)+i, signature)}
		}
	}
	return nil
}

func isSignedURL(text, signature string) bool {
	return strings.HasPrefix(text, "http") && parameter(text, "X-Amz-Signature") == signature
}

func beside(object map[string]any, url string) *explain.Signed {
	signed := &explain.Signed{URL: url}
	signed.Method, _ = object["method"].(string)
	list, _ := object["headers"].(map[string]any)
	for name, value := range list {
		if text, ok := value.(string); ok {
			signed.Headers = append(signed.Headers, upload.Header{Name: name, Value: text})
		}
	}
	return signed
}
