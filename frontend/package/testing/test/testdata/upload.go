// Package app is an application with uploads.
package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Upload stores a text, and tries again where no answer came.
func Upload(api, token, name, text string) error {
	wish, err := json.Marshal(map[string]any{"name": name, "size": len(text)})
	if err != nil {
		return err
	}
	r, err := http.NewRequest("POST", api+"/presign", bytes.NewReader(wish))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	var signed struct {
		URL     string
		Headers map[string]string
	}
	if err := json.NewDecoder(answer.Body).Decode(&signed); err != nil {
		return err
	}
	for range 3 {
		if err = put(signed.URL, signed.Headers, text); err == nil {
			return nil
		}
	}
	return err
}

// put sends the body. 412 says that it is there already: an answer was lost.
func put(url string, headers map[string]string, text string) error {
	r, err := http.NewRequest("PUT", url, strings.NewReader(text))
	if err != nil {
		return err
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 && answer.StatusCode != 412 {
		return fmt.Errorf("status %d", answer.StatusCode)
	}
	return nil
}
