package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"signet/cmd/signet/internal/doctor"
)

// SARIF of https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, as
// much of it as code scanning shows.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver sarifDriver `json:"driver"`
		} `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID                   string            `json:"id"`
		ShortDescription     sarifText         `json:"shortDescription"`
		FullDescription      sarifText         `json:"fullDescription"`
		Help                 sarifText         `json:"help"`
		DefaultConfiguration map[string]string `json:"defaultConfiguration"`
		Properties           map[string]any    `json:"properties"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		RuleIndex    int                `json:"ruleIndex"`
		Kind         string             `json:"kind"`
		Level        string             `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Fingerprints map[string]string  `json:"partialFingerprints"`
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification"`
	}
	sarifLocation struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
			Region struct {
				StartLine int `json:"startLine"`
			} `json:"region"`
		} `json:"physicalLocation"`
		Logical []sarifName `json:"logicalLocations"`
	}
	sarifName struct {
		Name               string `json:"name"`
		FullyQualifiedName string `json:"fullyQualifiedName"`
		Kind               string `json:"kind"`
	}
)

// SARIF writes what failed, what could not be known, what is advice and, as
// suppressed, what is accepted. A bucket is no file;
// code scanning wants one, and gets the one in which it is configured.
func (r *Report) SARIF(w io.Writer) error {
	run := sarifRun{Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "signet doctor", Version: r.Version, Rules: []sarifRule{}}
	for i, one := range r.Results {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, rule(one))
		if one.Status == doctor.Pass || one.Status == doctor.Skip {
			continue
		}
		result := sarifResult{
			RuleID: one.ID, RuleIndex: i, Kind: "fail", Level: level(one.Severity), Message: sarifText{one.Title + ": " + one.Got},
			Locations: []sarifLocation{r.location()}, Fingerprints: map[string]string{"signetDoctor/v1": r.Bucket + "/" + one.ID},
		}
		switch one.Status {
		case doctor.Unknown:
			result.Kind, result.Level = "open", "none"
		case doctor.Advice:
			result.Kind, result.Level = "informational", "none"
		case doctor.Accepted:
			result.Suppressions = []sarifSuppression{{"external", one.Accepted}}
		}
		run.Results = append(run.Results, result)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

func rule(one doctor.Result) sarifRule {
	help := fmt.Sprintf("Fix: %s", one.Fix)
	if one.Config != "" {
		help += "\nIn cdk.json: " + one.Config
	}
	// The scores by which code scanning sorts, from low to critical.
	score := []string{"0.0", "3.0", "5.5", "8.0", "9.5"}[one.Severity-doctor.Info]
	return sarifRule{
		ID: one.ID, ShortDescription: sarifText{one.Title}, FullDescription: sarifText{strings.ToUpper(one.Why[:1]) + one.Why[1:] + "."}, Help: sarifText{help},
		DefaultConfiguration: map[string]string{"level": level(one.Severity)},
		Properties:           map[string]any{"security-severity": score, "tags": []string{"security", one.Group}},
	}
}

func level(s doctor.Severity) string {
	switch {
	case s >= doctor.High:
		return "error"
	case s == doctor.Medium:
		return "warning"
	}
	return "note"
}

func (r *Report) location() sarifLocation {
	var l sarifLocation
	l.Physical.Artifact.URI = "cdk.json"
	l.Physical.Region.StartLine = 1
	l.Logical = []sarifName{{r.Bucket, "arn:aws:s3:::" + r.Bucket, "resource"}}
	return l
}
