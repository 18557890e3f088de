// Package spell finds what somebody meant who wrote something nearly right.
package spell

import "strings"

// Nearest is the one of names that is spelt most like given, of several the first;
// "" where none is near enough to be meant.
func Nearest(given string, names []string) string {
	best, least := "", most(given)+1
	for _, name := range names {
		if d := distance(strings.ToLower(name), strings.ToLower(given)); d < least {
			best, least = name, d
		}
	}
	return best
}

// most is how many characters may be wrong: more in longer words.
func most(given string) int { return min(3, max(len(given)/4, min(len(given)/3, 1))) }

// distance is how many characters have to be put in, left out, changed or swapped with
// their neighbour to make one text of another (the optimal string alignment).
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	var before []int // the row above the one above
	above := make([]int, len(to)+1)
	for j := range above {
		above[j] = j
	}
	for i, r := range from {
		row := make([]int, len(to)+1)
		row[0] = i + 1
		for j, s := range to {
			changed := above[j]
			if r != s {
				changed++
			}
			row[j+1] = min(changed, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && r == to[j-1] && from[i-1] == s {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, above = above, row
	}
	return above[len(to)]
}
