package main

import (
	"path"
	"path/filepath"
	"strings"

	"signet/cmd/signet/internal/transfer"
	"signet/cmd/signet/internal/walk"
)

// file says where a file is to be stored: one of a folder that was named, in a folder
// of that name.
func (f *putFlags) file(found walk.File) transfer.File {
	file := transfer.File{Path: found.Path, Type: f.contentType, Name: path.Base(found.Rel), Folder: f.folder}
	rel := found.Rel
	if f.name != "" {
		rel, file.Name = f.name, f.name
	}
	if f.bucket != "" {
		file.Key = f.prefix + rel
	} else if found.Top != "" {
		file.Folder = path.Join(f.folder, ownName(found.Top), path.Dir(found.Rel))
	}
	if file.Type == "" {
		file.Type = mediaType(file.Name)
	}
	return file
}

// ownName is a folder's last name, whatever it was called by; empty for a root.
func ownName(dir string) string {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		absolute = dir
	}
	return strings.Trim(filepath.Base(absolute), `/\.`)
}
