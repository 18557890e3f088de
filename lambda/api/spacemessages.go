package api

import "signet/lambda/upload"

// Space is a part of a space in which the caller may do something. Space is what every
// other call takes as space; Name and Owner are for people.
type Space struct {
	Space string     `json:"space"`
	Name  string     `json:"name"`  // "" is each caller's own files
	Owner string     `json:"owner"` // the caller, the group as the token names it, or "all"
	Per   upload.Per `json:"per"`
	// Several says that others upload there too. Then Digits are those in which the ids
	// of the caller's own uploads end.
	Several bool   `json:"several"`
	Digits  string `json:"digits,omitempty"`

	Read      bool `json:"read"`
	Write     bool `json:"write"`
	Delete    bool `json:"delete"`
	DeleteOwn bool `json:"deleteOwn"` // what one has uploaded oneself

	AllowedTypes  []string       `json:"allowedTypes"`
	MaxObjectSize int64          `json:"maxObjectSize"` // bytes
	MaxFiles      int            `json:"maxFiles"`
	Metadata      *MetadataRules `json:"metadata,omitempty"` // missing: any
	// Confirm is after how long a file expires that nobody confirms, such as "1d".
	// Empty: files stay.
	Confirm string `json:"confirm,omitempty"`
	// Public is below which address anybody may read the files. Empty: nobody else may.
	Public string `json:"public,omitempty"`
	// Quota is missing where there is none, and where the caller may not write.
	Quota *SpaceQuota `json:"quota,omitempty"`
}

// MetadataRules say which metadata a file must and may have; there is no other.
type MetadataRules struct {
	Must []string `json:"must"`
	May  []string `json:"may"`
}

// Spaces are all parts in which the caller may do something: his own files first.
type Spaces struct {
	Spaces []Space `json:"spaces"`
}

// ConfirmRequest names up to 1,000 files that are to stay.
type ConfirmRequest struct {
	Keys []string `json:"keys"`
}

// ConfirmedFile is the answer for one of them. Already says that it was confirmed
// before.
type ConfirmedFile struct {
	Key     string   `json:"key"`
	Already bool     `json:"already,omitempty"`
	Error   *Problem `json:"error,omitempty"`
}

// ConfirmedFiles answers the files of a ConfirmRequest in the order they were asked.
type ConfirmedFiles struct {
	Files []ConfirmedFile `json:"files"`
}
