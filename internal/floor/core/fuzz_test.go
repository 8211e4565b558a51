package core

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
)

// FuzzApply feeds JSON inputs, one a line: whatever they say, Apply does not panic and the invariants hold.
func FuzzApply(f *testing.F) {
	log, err := os.ReadFile("testdata/log-v1.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	lines := bytes.SplitAfter(log, []byte("\n"))
	for at := 0; at+60 < len(lines); at += 60 {
		f.Add(bytes.Join(append(lines[:1:1], lines[at:at+60]...), nil))
	}
	f.Add([]byte(`{"type":"configure","config":{"graceMs":-5,"rules":{"afterReject":{"state":"busy"}},"teams":[{"id":"","wrapup":true,"wrapupMs":-1,"capacity":[{"kind":"chat","share":-9,"need":-9}]}],"services":[{"id":"","steps":[{"afterMs":-1,"lowerLevel":-9,"raisePriority":-4}],"maxWaitMs":-3}]}}
{"type":"signedIn","agent":"a","skills":[{"id":"x","level":-1}]}
{"type":"stateChosen","agent":"a","state":"ready"}
{"type":"submitted","item":"i","kind":"chat","priority":-7,"enqueuedAt":-8,"offerMs":-1,"target":"a","back":"a","fallback":"back"}
{"at":9007199254740992,"type":"timer"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c := New()
		dec := json.NewDecoder(bytes.NewReader(data))
		for range 200 {
			var in Input
			if dec.Decode(&in) != nil {
				return
			}
			c.Apply(in)
			if err := check(c); err != nil {
				t.Fatalf("after %+v: %v", in, err)
			}
			c.Explain(in.Item)
		}
		if err := check(Restore(throughJSON(c.Snapshot()))); err != nil {
			t.Fatalf("restored: %v", err)
		}
	})
}
