package api

import (
	"context"

	"signet/lambda/upload"
)

// listVersions gives all versions of a file's name in its folder, newest first: those
// of every object that has it or had it.
func (h *Handler) listVersions(x *exchange) (any, error) {
	object, err := h.ownFile(x)
	if err != nil {
		return nil, err
	}
	all, err := h.nameVersions(x.ctx(), object.Key())
	if err != nil {
		return nil, err
	}
	out := &Versions{Versions: make([]Version, len(all))}
	for i, v := range all {
		out.Versions[i] = Version{Key: v.key, VersionID: v.id, Size: v.size, Modified: v.modified, Latest: v.latest, Deleted: v.marker}
	}
	return out, nil
}

// nameVersions are the versions of all objects that have a key's name in its folder.
// There being none of the key itself is NoSuchKey.
func (h *Handler) nameVersions(ctx context.Context, key string) ([]objectVersion, error) {
	all, err := h.store.versions(ctx, h.policy.NamePrefix(key))
	if err != nil {
		return nil, err
	}
	wanted, ours := h.policy.ParseKey(key)
	found, own := all[:0], false
	for _, v := range all {
		parsed, ok := h.policy.ParseKey(v.key)
		if v.key == key || ours && ok && parsed.Name() == wanted.Name() && parsed.Folder == wanted.Folder {
			found = append(found, v)
		}
		own = own || v.key == key
	}
	if !own {
		return nil, upload.ErrNoSuchKey(key)
	}
	return found, nil
}
