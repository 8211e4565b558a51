package core

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestLine(t *testing.T) {
	t.Run("[M-12/priority] a line keeps its order whoever comes, moves and leaves", func(t *testing.T) {
		type person struct {
			spot spot[*person]
			a, b int64
		}
		rapid.Check(t, func(t *rapid.T) {
			var l line[*person]
			var there []*person
			for n := range rapid.IntRange(1, 80).Draw(t, "steps") {
				i := rapid.IntRange(0, max(len(there)-1, 0)).Draw(t, "who")
				switch verb := rapid.IntRange(0, 3).Draw(t, "verb"); {
				case verb <= 1 || len(there) == 0:
					p := &person{a: rapid.Int64Range(0, 9).Draw(t, "a"), b: int64(n)}
					p.spot.of = p
					there = append(there, p)
					l.put(&p.spot, p.a, p.b)
				case verb == 2:
					there[i].a = rapid.Int64Range(0, 9).Draw(t, "a")
					l.put(&there[i].spot, there[i].a, there[i].b)
				default:
					l.drop(&there[i].spot)
					l.drop(&there[i].spot) // twice does no harm
					there = slices.Delete(there, i, i+1)
				}
				sorted := slices.SortedFunc(slices.Values(there), func(x, y *person) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
				if len(l) != len(sorted) || len(l) > 0 && l.head() != sorted[0] {
					t.Fatalf("head of %d is wrong", len(l))
				}
				refused := rapid.IntRange(0, len(sorted)).Draw(t, "refused")
				got := l.first(func(p *person) bool { return !slices.Contains(sorted[:refused], p) })
				if refused == len(sorted) && got >= 0 || refused < len(sorted) && l[got].spot.of != sorted[refused] {
					t.Fatalf("after %d refused ones: %d", refused, got)
				}
			}
		})
	})
}
