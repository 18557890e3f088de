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
		file.Folder = f.folderOf(found.Top, path.Dir(found.Rel))
	}
	if file.Type == "" {
		file.Type = mediaType(file.Name)
	}
	return file
}

// placedFolder is a folder of this machine's, and where its files go.
type placedFolder struct{ top, dir, folder string }

// folderOf is where the files of a folder go that lies in one that was named. Files of
// one folder come one after the other, and share what it is called.
func (f *putFlags) folderOf(top, dir string) string {
	if f.last.top != top || f.last.dir != dir {
		f.last = placedFolder{top, dir, under(f.folder, path.Join(ownName(top), dir))}
	}
	return f.last.folder
}

// under is a path in a folder that is as it was given: the service refuses what leads
// elsewhere, such as ..
func under(folder, rel string) string {
	switch {
	case rel == ".":
		return folder
	case folder == "":
		return rel
	}
	return folder + "/" + rel
}

// ownName is a folder's last name, whatever it was called by; empty for a root.
func ownName(dir string) string {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		absolute = dir
	}
	return strings.Trim(filepath.Base(absolute), `/\`)
}
