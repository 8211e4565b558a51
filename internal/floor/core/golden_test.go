package core

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var rewrite = flag.Bool("rewrite", false, "write the golden files anew; raise Version when decisions changed")

func compareGolden(t *testing.T, path, got string) {
	t.Helper()
	if *rewrite {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, have := strings.Split(string(data), "\n"), strings.Split(got, "\n")
	for i := range max(len(want), len(have)) {
		w, h := "", ""
		if i < len(want) {
			w = want[i]
		}
		if i < len(have) {
			h = have[i]
		}
		if w != h {
			t.Fatalf("%s:%d\n got %s\nwant %s", path, i+1, h, w)
		}
	}
}

// TestGoldenLog: a recorded day's decisions stay what they were for this Version.
func TestGoldenLog(t *testing.T) {
	t.Run("[B-4] a recorded log gives the same decisions, bit by bit", func(t *testing.T) {
		logPath := filepath.Join("testdata", fmt.Sprintf("log-v%d.jsonl", Version))
		if *rewrite {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(logPath, recordDay(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		log, err := os.ReadFile(logPath)
		if err != nil {
			t.Fatalf("no log of version %d: %v", Version, err)
		}
		c := New()
		var out bytes.Buffer
		effects := json.NewEncoder(&out)
		inputs := 0
		for lines := bufio.NewScanner(bytes.NewReader(log)); lines.Scan(); inputs++ {
			var in Input
			if err := json.Unmarshal(lines.Bytes(), &in); err != nil {
				t.Fatal(err)
			}
			for _, e := range c.Apply(in) {
				if err := effects.Encode(e); err != nil {
					t.Fatal(err)
				}
			}
		}
		if inputs < 1_000 {
			t.Fatalf("the log has %d inputs only", inputs)
		}
		end, err := json.Marshal(c.Snapshot())
		if err != nil {
			t.Fatal(err)
		}
		compareGolden(t, filepath.Join("testdata", fmt.Sprintf("effects-v%d.jsonl", Version)), out.String()+string(end)+"\n")
	})
}

// recordDay plays a day on a small floor: a fixed sequence of numbers decides who does what.
func recordDay() []byte {
	var log bytes.Buffer
	enc := json.NewEncoder(&log)
	c, now, seed := New(), int64(1_700_000_000_000), uint64(1)
	number := func(n int) int {
		seed = seed*6364136223846793005 + 1442695040888963407
		return int(seed>>33) % n
	}
	do := func(in Input) {
		in.At = now
		if err := enc.Encode(in); err != nil {
			panic(err)
		}
		c.Apply(in)
	}
	cfg := goldenConfig()
	do(Input{Type: InConfigure, Config: &cfg})
	for i, who := range someAgents {
		do(Input{Type: InSignedIn, Agent: who, Team: []string{"a", "b"}[i%2], Rank: i, Skills: levels("sales", 20*i, "help", 100-20*i, "english", 30)})
		do(Input{Type: InStateChosen, Agent: who, State: Ready})
	}
	for n := range 1_100 {
		now += int64(number(4_000))
		if at, ok := c.Next(); ok && at <= now {
			do(Input{Type: InTimer})
		}
		do(goldenInput(c, n, number))
	}
	return log.Bytes()
}

func goldenConfig() Config {
	return Config{
		Teams: []Team{{ID: "a", Wrapup: true, WrapupMs: 20 * second}, {ID: "b", Rules: Rules{AfterReject: Rule{State: Ready}}}},
		Services: []Service{
			{ID: "sales", Skills: levels("sales", 50), Priority: 3, Steps: []Step{{AfterMs: 10 * second, LowerLevel: 30}, {AfterMs: 30 * second, AddServices: []string{"help"}, RaisePriority: 2}}},
			{ID: "help", Skills: levels("help", 1), QueueLimit: 12},
			{ID: "ranked", Choice: ChooseRank, MaxWaitMs: 90 * second},
			{ID: "occupied", Choice: ChooseOccupancy, Skills: levels("english", 1)},
		},
	}
}

func goldenInput(c *Core, n int, number func(int) int) Input {
	who := someAgents[number(len(someAgents))]
	items := c.Snapshot().Items
	in := Input{Agent: who}
	if len(items) > 0 && number(4) > 0 {
		it := items[number(len(items))]
		for i := 0; i < len(items) && it.Place == Waiting; i++ {
			it = items[i]
		}
		in.Item = it.ID
		switch it.Place {
		case Offered:
			in.Agent, in.Type = it.Agent, []string{InAccepted, InAccepted, InAccepted, InRejected, InTimer}[number(5)]
			return in
		case Handled:
			in.Agent, in.Type = it.Agent, []string{InEnded, InFinished, InFinished, InTransferred}[number(4)]
			in.NewItem, in.Service = fmt.Sprintf("t%d", n), "help"
			return in
		case Waiting:
			if number(10) == 0 {
				in.Type = InCancelled
				return in
			}
		}
	}
	switch number(12) {
	case 0:
		return Input{Type: InStateChosen, Agent: who, State: Ready}
	case 1:
		return Input{Type: InStateChosen, Agent: who, State: []string{Ready, NotReady}[number(2)], Reason: "lunch"}
	case 2:
		return Input{Type: []string{InSocketLost, InSocketBack}[number(2)], Agent: who}
	case 3:
		return Input{Type: InSignedIn, Agent: who, Team: "a", Skills: levels("sales", 60, "help", 40), Session: fmt.Sprint(n)}
	case 4:
		return Input{Type: InOpened, Agent: who, Item: fmt.Sprintf("o%d", n), Kind: Email, Service: "help"}
	}
	return Input{
		Type: InSubmitted, Item: fmt.Sprintf("s%d", n), Kind: []string{Voice, Chat, Chat, Email}[number(4)],
		Service: []string{"sales", "help", "ranked", "occupied"}[number(4)], Preferred: []string{"", "", "", who}[number(4)],
	}
}
