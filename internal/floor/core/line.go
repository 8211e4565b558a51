package core

// line is a first-come line: a binary heap ordered by two integers, of which the second is unique, so that the
// order never depends on the order of insertion. Its members know their own spot and can leave from the middle.
type line[T any] []entry[T]

type entry[T any] struct {
	a, b int64
	spot *spot[T]
}

// spot is a member's place in one line; it stands in at most one.
type spot[T any] struct {
	n  int // index + 1; 0: in no line
	of T
}

func (s *spot[T]) in() bool { return s.n != 0 }

func (l line[T]) head() T { return l[0].spot.of }

func (l line[T]) less(i, j int) bool {
	x, y := &l[i], &l[j]
	return x.a < y.a || x.a == y.a && x.b < y.b
}

func (l line[T]) swap(i, j int) {
	l[i], l[j] = l[j], l[i]
	l[i].spot.n, l[j].spot.n = i+1, j+1
}

func (l line[T]) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !l.less(i, parent) {
			return
		}
		l.swap(i, parent)
		i = parent
	}
}

func (l line[T]) down(i int) {
	for {
		child := 2*i + 1
		if child >= len(l) {
			return
		}
		if right := child + 1; right < len(l) && l.less(right, child) {
			child = right
		}
		if !l.less(child, i) {
			return
		}
		l.swap(i, child)
		i = child
	}
}

// put lets s in, or moves it when it stands in this line already.
func (l *line[T]) put(s *spot[T], a, b int64) {
	if !s.in() {
		*l = append(*l, entry[T]{a, b, s})
		s.n = len(*l)
		l.up(s.n - 1)
		return
	}
	e := &(*l)[s.n-1]
	if e.a == a && e.b == b {
		return
	}
	e.a, e.b = a, b
	l.up(s.n - 1)
	l.down(s.n - 1)
}

// drop lets s leave.
func (l *line[T]) drop(s *spot[T]) {
	if !s.in() {
		return
	}
	i, last := s.n-1, len(*l)-1
	if i != last {
		l.swap(i, last)
	}
	(*l)[last] = entry[T]{}
	*l = (*l)[:last]
	s.n = 0
	if i != last {
		l.up(i)
		l.down(i)
	}
}

// first returns the index of the first member that ok takes, -1 when there is none. It looks below refused members only.
func (l line[T]) first(ok func(T) bool) int { return l.firstFrom(0, ok) }

func (l line[T]) firstFrom(i int, ok func(T) bool) int {
	if i >= len(l) {
		return -1
	}
	if ok(l[i].spot.of) {
		return i
	}
	left, right := l.firstFrom(2*i+1, ok), l.firstFrom(2*i+2, ok)
	if left < 0 || right >= 0 && l.less(right, left) {
		return right
	}
	return left
}
