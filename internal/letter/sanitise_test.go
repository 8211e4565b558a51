package letter

import (
	"strings"
	"testing"
)

func TestSanitise(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"tables, colours and fonts stay", `<table width="600" bgcolor="#ffffff" cellpadding=4><tr><td colspan=2 style="color:#333;font:bold 14px/1.4 'Times New Roman',serif;border:1px solid rgb(1, 2, 3)"><font color=red face="Arial" size="+1">x</font></td></tr></table>`,
			`<table width="600" bgcolor="#ffffff" cellpadding="4"><tbody><tr><td colspan="2" style="color:#333;font:bold 14px/1.4 &#39;Times New Roman&#39;,serif;border:1px solid rgb(1, 2, 3)"><font color="red" face="Arial" size="+1">x</font></td></tr></tbody></table>`},
		{"rules of a sheet are written into elements, the stronger one last", `<style>p{color:blue;margin:0} .a{color:red} #b .a{color:green} td.a, p.c{color:gray} a:hover{color:pink} @media(max-width:1px){p{display:none}} p>b{color:cyan}</style><p class="a">1</p><div id="b"><p class="a" style="margin:1px">2</p></div><p class=c>3</p>`,
			`<p style="margin:0;color:red">1</p><div><p style="color:green;margin:1px">2</p></div><p style="margin:0;color:gray">3</p>`},
		{"nothing leaves its place", `<div style="position:fixed;top:0;left:0;z-index:9;margin-top:-50px;transform:scale(9);color:red">x</div>`, `<div style="color:red">x</div>`},
		{"nothing of style calls out", `<p style="background:#fff url(https://a.b/c.png) no-repeat;list-style:url(x);color:red;behavior:url(y);-moz-binding:url(z);width:expression(1)">x</p>`, `<p style="background-color:#fff;color:red">x</p>`},
		{"escapes and comments hide nothing", `<p style="co/**/lor:red;color:\72 ed;background:u\72l(x);width:ex/**/pression(1);height:1px">x</p>`, `<p style="height:1px">x</p>`},
		{"links go to the web and to mail, in a new tab", `<a href="https://a.b/?c=1&d=2">1</a><a href="JaVaScRiPt:x">2</a><a href=" data:text/html,x">3</a><a href="tel:+7900">4</a><a href="/api/logout">5</a>`,
			`<a href="https://a.b/?c=1&amp;d=2" target="_blank" rel="noopener noreferrer nofollow">1</a><a>2</a><a>3</a><a href="tel:+7900" target="_blank" rel="noopener noreferrer nofollow">4</a><a>5</a>`},
		{"tracking pixels go", `a<img src="https://a.b/p.gif" width=1 height=1><img src="https://a.b/q.gif" style="display:none"><img src="https://a.b/r.gif" height="0">`, `a`},
		{"script and what acts goes", `<script>x</script><svg onload=x></svg><iframe src=x></iframe><object></object><form action=x>a<input><button onclick=x>b</button></form><meta http-equiv=refresh content=0><link rel=stylesheet href=x><base href=x>`, `<div>a<span>b</span></div>`},
		{"text is text", `1 &lt; 2 &amp;&amp; <b>3 < 4</b> &lt;script&gt;`, `1 &lt; 2 &amp;&amp; <b>3 &lt; 4</b> &lt;script&gt;`},
	} {
		t.Run("[E-2] "+c.name, func(t *testing.T) {
			if got, _ := Sanitise(c.in, nil); got != c.want {
				t.Errorf("\n%s\nwant\n%s", got, c.want)
			}
		})
	}
	t.Run("[E-2] what is dangerous is harmless", func(t *testing.T) {
		for _, s := range dangerous {
			safe, _ := Sanitise(s, nil)
			harmless(t, safe)
		}
	})
	t.Run("[E-2] remote pictures come on demand only, through the proxy", func(t *testing.T) {
		safe, n := Sanitise(`<img src="https://a.b/c.png?d=1&e=2" alt="x"><img src="//f.g/h.png">`, nil)
		if n != 2 || strings.Contains(safe, " src=") {
			t.Fatalf("%d in %s", n, safe)
		}
		var asked []string
		got := ShowRemote(safe, func(u string) string { asked = append(asked, u); return "/proxy/1?a=1&b=2" })
		if want := `<img src="/proxy/1?a=1&amp;b=2" alt="x"><img src="/proxy/1?a=1&amp;b=2">`; got != want || strings.Join(asked, " ") != "https://a.b/c.png?d=1&e=2 https://f.g/h.png" {
			t.Errorf("%s, asked %q", got, asked)
		}
	})
	t.Run("[E-2] inline pictures get the address of the file, at once or later", func(t *testing.T) {
		doc := `<img src="cid:a@b" alt="x"><img src="CID:gone"><img src="cid:a%40b">`
		cid := func(id string) string {
			if id == "a@b" {
				return "/files/1"
			}
			return ""
		}
		if got, _ := Sanitise(doc, cid); got != `<img src="/files/1" alt="x"><img src="/files/1">` {
			t.Error(got)
		}
		safe, _ := Sanitise(doc, nil)
		if got := ShowInline(safe, cid); got != `<img src="/files/1" alt="x"><img><img src="/files/1">` {
			t.Error(got)
		}
	})
}

func TestSanitiseOwn(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"what the editor makes stays", `<p style="text-align:center;font-family:Arial;font-size:12pt;color:#111;background-color:yellow"><b>a</b><i>b</i><u>c</u></p><ul><li>1</li></ul><ol start="3"><li>2</li></ol><table><tbody><tr><td>x</td></tr></tbody></table><img src="cid:p@1" width="100" style="float:right">`,
			`<p style="text-align:center;font-family:Arial;font-size:12pt;color:#111;background-color:yellow"><b>a</b><i>b</i><u>c</u></p><ul><li>1</li></ul><ol start="3"><li>2</li></ol><table><tbody><tr><td>x</td></tr></tbody></table><img src="cid:p@1" width="100" style="float:right">`},
		{"marks of ours and addresses of ours do not leave", `<div data-fold="quote" data-mark="rest" class="x" id="y" contenteditable="true">a<img src="/files/1" alt="b"></div>`, `<div>a<img alt="b"></div>`},
		{"a quoted mail keeps its pictures", `<blockquote type="cite"><img data-remote-src="https://a.b/c.png"></blockquote>`, `<blockquote type="cite"><img src="https://a.b/c.png"></blockquote>`},
		{"script goes", `a<script>x</script><img src=x onerror=y>`, `a`},
	} {
		t.Run("[E-28/sent] "+c.name, func(t *testing.T) {
			if got := SanitiseOwn(c.in); got != c.want {
				t.Errorf("\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestSanitiseDraft(t *testing.T) {
	t.Run("[E-27/rules] the quoted mail and the signature stay known while an answer is written, and are like any text when it leaves", func(t *testing.T) {
		draft := SanitiseDraft(`<p>a</p><div data-fold="signature"><p>b</p></div><blockquote data-fold="quote" onclick="x()"><table style="width:50%"><tbody><tr><td>c</td></tr></tbody></table></blockquote>`)
		if want := `<p>a</p><div data-fold="signature"><p>b</p></div><blockquote data-fold="quote"><table style="width:50%"><tbody><tr><td>c</td></tr></tbody></table></blockquote>`; draft != want {
			t.Errorf("\n%s\nwant\n%s", draft, want)
		}
		if again := SanitiseDraft(draft); again != draft {
			t.Errorf("cleaned again it is %s", again)
		}
		if sent := SanitiseOwn(draft); strings.Contains(sent, "data-fold") || !strings.Contains(sent, "width:50%") {
			t.Error(sent)
		}
	})
}

func TestTextOf(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"paragraphs and lines", `<p>a  b</p><p>c<br>d</p><div>e</div><div>f</div>`, "a b\n\nc\nd\n\ne\nf"},
		{"lists", `<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>`, "- a\n- b\n  1. c"},
		{"cells and rows", `<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>`, "a b\nc"},
		{"quotes", `x<blockquote>a<br>b<blockquote>c</blockquote></blockquote>`, "x\n> a\n> b\n> > c"},
		{"links", `<a href="https://a.b/">a.b</a> <a href="https://c.d/e">here</a> <a href="mailto:x@y.z">x@y.z</a>`, "a.b here <https://c.d/e> x@y.z"},
		{"what is hidden is no text", `<div style="display: none">preview</div>a<style>b</style><script>c</script><title>d</title>`, "a"},
		{"preformatted", "<pre>a\n  b</pre>", "a\n  b"},
		{"joined words stay joined", `<b>a</b>b <i>c</i>`, "ab c"},
	} {
		t.Run("[E-22] "+c.name, func(t *testing.T) {
			if got := TextOf(c.in); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestLanguage(t *testing.T) {
	for lang, list := range map[string][]string{
		"ru": {"Здравствуйте! Где мой заказ?", "Добрый день, пришлите счёт на company LLC, спасибо", "Іван Петров написал, что заказ до сих пор не пришёл, и просит вернуть деньги за него обратно как можно скорее"},
		"en": {"Hello, where is my order?", "Please send the invoice to Иван"},
		"uk": {"Доброго дня! Де моє замовлення? Чекаю вже тиждень.", "Підкажіть, будь ласка, коли буде доставка"},
		"be": {"Добры дзень! Дзе мой заказ? Я чакаю ўжо тыдзень.", "Калі ласка, падкажыце, калі будзе дастаўка маёй пасылкі ў Мінск"},
		"kk": {"Сәлеметсіз бе! Менің тапсырысым қайда?", "Өтінемін, шотты жіберіңіз"},
		"":   {"", "123 456", "Où est ma commande, s'il vous plaît ? Je l'attends depuis déjà une semaine", "注文した商品がまだ届きません"},
	} {
		for _, s := range list {
			t.Run("[E-5] "+lang+" "+cutText(s, 30), func(t *testing.T) {
				if got := language(s); got != lang {
					t.Errorf("%q is %q", s, got)
				}
			})
		}
	}
}
