package transfer

const (
	// manyFiles is more than are ever open here.
	manyFiles = 1 << 16
	// otherFiles are as many as connections and all else may take.
	otherFiles = 128
)

// FilesAtOnce is how many things of most can be under way at once that have so many
// files open each: a process may have little room, such as 256 files in all.
func FilesAtOnce(most, each int) int {
	return atOnce(openFiles(), most, each)
}

func atOnce(room, most, each int) int {
	return max(1, min(most, (room-otherFiles)/each))
}
