package estimate

import (
	"signet/cmd/signet/internal/estimate/field"
	"signet/cmd/signet/internal/estimate/limits"
	"signet/lambda/upload"
)

// Limits asks which limit binds first.
type Limits struct {
	Rate float64 `json:"rate"` // uploads a second, above 0 and at most 1,000,000
	Size string  `json:"size"` // of each, such as "10 MiB"
	// Partitions of S3's key space. 0: 1, as it begins.
	Partitions int `json:"partitions,omitempty"`
	// FilesPerCall is how many small files one call signs. 0: 1.
	FilesPerCall int `json:"filesPerCall,omitempty"`
	// UploadsPerSignIn is how many uploads a sign-in is good for. 0: 10.
	UploadsPerSignIn float64 `json:"uploadsPerSignIn,omitempty"`
	// NoBucketKey asks how it would be without the bucket key, which the stack has.
	NoBucketKey bool `json:"noBucketKey,omitempty"`
	// Simulate adds what happens at rates up to a million uploads a second.
	Simulate bool `json:"simulate,omitempty"`
	// Seed of the simulation.
	Seed uint64 `json:"seed,omitempty"`
}

// LimitsReport is the quotas in the order in which they bind.
type LimitsReport struct {
	Asked Limits `json:"asked"`
	limits.Report
	Simulation *limits.Simulation `json:"simulation,omitempty"`
}

const uploadsPerSignIn = 10 // where nobody says

// Find answers for a stack in a region.
func (l Limits) Find(region string, config upload.Config) (*LimitsReport, error) {
	size, err := upload.ParseSize(l.Size)
	if err == nil {
		_, err = upload.NewPlan(int64(size))
	}
	if err != nil {
		return nil, &field.Error{Field: "size", Err: err}
	}
	w := limits.Workload{Rate: l.Rate, Size: int64(size), Region: region, BucketKey: !l.NoBucketKey,
		Partitions: l.Partitions, FilesPerCall: l.FilesPerCall, UploadsPerSignIn: l.UploadsPerSignIn}
	if l.Partitions == 0 {
		w.Partitions = 1
	}
	if l.FilesPerCall == 0 {
		w.FilesPerCall = 1
	}
	switch {
	case config.Auth.Cognito == nil:
		w.UploadsPerSignIn = 0
	case l.UploadsPerSignIn == 0:
		w.UploadsPerSignIn = uploadsPerSignIn
	}
	out := &LimitsReport{Asked: l}
	if out.Report, err = limits.Find(w, limits.Deployed()); err != nil {
		return nil, err
	}
	if l.Simulate {
		simulation, err := limits.Simulate(w, limits.Deployed(), l.Seed)
		if err != nil {
			return nil, err
		}
		out.Simulation = &simulation
	}
	return out, nil
}
