package org

import (
	"errors"
	"sync"
	"testing"
)

func TestMemory(t *testing.T) {
	t.Run("[M-10/effect] what was being read while it changed is not kept", func(t *testing.T) {
		var m memory[string, int]
		for name, drop := range map[string]func(){"one": func() { m.drop("t") }, "all": m.dropAll} {
			m.drop("t")
			if v, err := m.get("t", func() (int, bool, error) { drop(); return 1, true, nil }); v != 1 || err != nil {
				t.Fatal(v, err)
			}
			if v, _ := m.get("t", func() (int, bool, error) { return 2, true, nil }); v != 2 {
				t.Errorf("%s: the old value %d was kept", name, v)
			}
			if v, _ := m.get("t", func() (int, bool, error) { return 3, true, nil }); v != 2 {
				t.Errorf("%s: the new value was not kept", name)
			}
		}
	})
	t.Run("[M-10/effect] failures are not kept", func(t *testing.T) {
		var m memory[string, int]
		if _, err := m.get("t", func() (int, bool, error) { return 0, true, errors.New("away") }); err == nil {
			t.Error("no error")
		}
		if v, err := m.get("t", func() (int, bool, error) { return 5, true, nil }); v != 5 || err != nil {
			t.Error(v, err)
		}
	})
	t.Run("[M-10/effect] after a drop nobody gets what was there before it", func(t *testing.T) {
		var m memory[string, int]
		var mu sync.Mutex
		truth := 0
		read := func() (int, bool, error) {
			mu.Lock()
			defer mu.Unlock()
			return truth, true, nil
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 2000 {
					mu.Lock()
					truth++
					now := truth
					mu.Unlock()
					m.drop("t")
					if v, _ := m.get("t", read); v < now {
						t.Errorf("%d after %d", v, now)
					}
				}
			})
		}
		wg.Wait()
	})
}
