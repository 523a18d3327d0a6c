package fold

// Typos is how many mistakes of typing are forgiven in a word of so many letters: one from four letters, two from eight.
func Typos(letters int) int {
	switch {
	case letters >= 8:
		return 2
	case letters >= 4:
		return 1
	}
	return 0
}

// Distance is how many mistakes make one of the other word's beginnings of a word, and how many make all of it: letters that
// are too many, missing, or others, and two that changed places (optimal string alignment). Above most both are most+1.
func Distance(asked, word []rune, most int) (beginning, whole int) {
	beyond := most + 1
	if len(asked) > len(word)+most {
		return beyond, beyond
	}
	width := len(word) + 1
	var room [3 * 48]int
	rows := room[:]
	if 3*width > len(rows) {
		rows = make([]int, 3*width)
	}
	before, last, now := rows[:width], rows[width:2*width], rows[2*width:3*width]
	for j := range last {
		last[j] = j
	}
	for i, a := range asked {
		now[0] = i + 1
		least := now[0]
		for j, b := range word {
			cost := 1
			if a == b {
				cost = 0
			}
			n := min(last[j+1]+1, now[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a == word[j-1] && asked[i-1] == b {
				n = min(n, before[j-1]+1)
			}
			now[j+1] = n
			least = min(least, n)
		}
		if least > most {
			return beyond, beyond
		}
		before, last, now = last, now, before
	}
	beginning = beyond
	for _, n := range last {
		beginning = min(beginning, n)
	}
	return beginning, min(last[len(word)], beyond)
}
