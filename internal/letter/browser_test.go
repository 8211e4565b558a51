package letter

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// attacks are in the form in which a browser would run them.
var attacks = append([]string{
	`<img src=x onerror=alert(1)>`, `<svg/onload=alert(1)>`, `<details open ontoggle=alert(1)>x</details>`, `<video><source onerror=alert(1)></video>`, `<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>`,
	`<table><td><noscript><img title="</noscript><img src=x onerror=alert(1)>"></noscript>`, `<svg><foreignobject><p><style><img src=x onerror=alert(1)></style></p></foreignobject></svg>`,
	`<math><annotation-xml encoding="text/html"><style><img src=x onerror=alert(1)></style></annotation-xml></math>`, `<xmp><img src=x onerror=alert(1)></xmp>`, `<textarea><img src=x onerror=alert(1)></textarea>`, `<title><img src=x onerror=alert(1)></title>`,
	`<img alt="` + "`" + `><img src=x onerror=alert(1)>` + "`" + `">`, `<a title="&quot;><img src=x onerror=alert(1)>">x</a>`, `<p style="color:red;font-family:'</style><img src=x onerror=alert(1)>'">x</p>`,
	`<!--><img src=x onerror=alert(1)>-->`, `<![CDATA[><img src=x onerror=alert(1)>]]>`, `<img src="cid:&quot;onerror=alert(1)//">`, `<font face="a&quot; onmouseover=alert(1) x=&quot;">x</font>`,
}, dangerous...)

func TestBrowser(t *testing.T) {
	dump := func(t *testing.T, bodies []string) string {
		var page strings.Builder
		page.WriteString(`<!doctype html><html><head><script>window.alert=function(){document.documentElement.setAttribute('data-hit','1')}</script></head><body>`)
		for i, b := range bodies {
			fmt.Fprintf(&page, "<div id=\"attack-%d\">%s</div>\n", i, b)
		}
		// What is written into a page by a script is parsed in another way.
		page.WriteString(`<script>for(const e of document.querySelectorAll('[id^=attack-]')){const d=document.createElement('div');d.innerHTML=e.innerHTML;document.body.append(d)}</script></body></html>`)
		dir := t.TempDir()
		path := filepath.Join(dir, "page.html")
		if err := os.WriteFile(path, []byte(page.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+filepath.Join(dir, "profile"), "--virtual-time-budget=2000", "--dump-dom", "file://"+path)
		out, err := cmd.Output()
		if err != nil || !strings.Contains(string(out), "attack-0") {
			t.Fatalf("%v %s", err, out)
		}
		return string(out)
	}
	t.Run("[E-2] a browser runs the attacks as they come", func(t *testing.T) {
		if out := dump(t, attacks[:1]); !strings.Contains(out, `data-hit="1"`) {
			t.Error("the trap does not work")
		}
	})
	t.Run("[E-2] a browser runs none of them when they are sanitised", func(t *testing.T) {
		var safe []string
		for _, a := range attacks {
			s, _ := Sanitise(a, nil)
			safe = append(safe, s, SplitHTML(s), ShowRemote(s, func(string) string { return "data:," }), SanitiseOwn(a), SanitiseDraft(a))
		}
		out := dump(t, safe)
		if strings.Contains(out, `data-hit="1"`) {
			t.Error("something ran")
		}
		// All stand beside each other: nothing broke out of its place.
		if n := strings.Count(out, `<div id="attack-`); n != len(safe) {
			t.Errorf("%d of %d are there", n, len(safe))
		}
	})
}
