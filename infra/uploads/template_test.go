package uploads_test

import (
	"encoding/json"
	"os"
)

type template map[string]any

func readTemplate(path string) (template, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	t := template{}
	return t, json.Unmarshal(data, &t)
}
