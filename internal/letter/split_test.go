package letter

import (
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct{ name, text, own, quote, signature string }{
		{"nothing to part", "Hello\n\nwhere is my order?", "Hello\n\nwhere is my order?", "", ""},
		{"Gmail, English", "Thanks!\n\nOn Mon, Mar 4, 2024 at 12:00 PM Anna Example <anna@example.org> wrote:\n\n> Hello\n> world\n", "Thanks!", "On Mon, Mar 4, 2024 at 12:00 PM Anna Example <anna@example.org> wrote:\n\n> Hello\n> world", ""},
		{"Gmail, English, wrapped", "Thanks!\n\nOn Mon, Mar 4, 2024 at 12:00 PM Anna Example With A Long Name <\nanna@example.org> wrote:\n\n> Hello", "Thanks!", "On Mon, Mar 4, 2024 at 12:00 PM Anna Example With A Long Name <\nanna@example.org> wrote:\n\n> Hello", ""},
		{"Gmail, Russian", "Спасибо!\n\nпн, 4 мар. 2024 г. в 12:00, Анна <anna@example.org>:\n\n> Добрый день", "Спасибо!", "пн, 4 мар. 2024 г. в 12:00, Анна <anna@example.org>:\n\n> Добрый день", ""},
		{"Yandex", "Спасибо!\n\n04.03.2024, 12:00, \"Поддержка\" <support@example.com>:\nДобрый день!\nВаш заказ в пути.", "Спасибо!", "04.03.2024, 12:00, \"Поддержка\" <support@example.com>:\nДобрый день!\nВаш заказ в пути.", ""},
		{"Mail.ru", "Спасибо!\n\n--\nАнна\n\n\nПонедельник, 4 марта 2024, 12:00 +03:00 от Поддержка <support@example.com>:\n \n>Добрый день!\n>Ваш заказ в пути.", "Спасибо!", "Понедельник, 4 марта 2024, 12:00 +03:00 от Поддержка <support@example.com>:\n \n>Добрый день!\n>Ваш заказ в пути.", "--\nАнна"},
		{"Apple, English", "Thanks!\n\nSent from my iPhone\n\n> On 4 Mar 2024, at 12:00, Support <support@example.com> wrote:\n> \n> Hello", "Thanks!", "> On 4 Mar 2024, at 12:00, Support <support@example.com> wrote:\n> \n> Hello", "Sent from my iPhone"},
		{"Apple, Russian", "Спасибо!\n\nОтправлено с iPhone\n\n> 4 марта 2024 г., в 12:00, Поддержка <support@example.com> написал(а):\n> \n> Добрый день", "Спасибо!", "> 4 марта 2024 г., в 12:00, Поддержка <support@example.com> написал(а):\n> \n> Добрый день", "Отправлено с iPhone"},
		{"Thunderbird, English", "On 04/03/2024 12:00, Support wrote:\n> Hello\n\nThanks!\n\n-- \nAnna\n+7 900 000-00-00", "Thanks!", "On 04/03/2024 12:00, Support wrote:\n> Hello", "-- \nAnna\n+7 900 000-00-00"},
		{"Thunderbird, Russian", "Спасибо!\n\n04.03.2024 12:00, Поддержка пишет:\n> Добрый день", "Спасибо!", "04.03.2024 12:00, Поддержка пишет:\n> Добрый день", ""},
		{"Outlook, English", "Thanks!\n\nKind regards,\nAnna Example\nManager\n\nFrom: Support <support@example.com>\nSent: Monday, March 4, 2024 12:00 PM\nTo: Anna Example\nSubject: RE: order\n\nHello", "Thanks!", "From: Support <support@example.com>\nSent: Monday, March 4, 2024 12:00 PM\nTo: Anna Example\nSubject: RE: order\n\nHello", "Kind regards,\nAnna Example\nManager"},
		{"Outlook, Russian", "Спасибо!\n\nС уважением, Анна\n\n________________________________\nОт: Поддержка <support@example.com>\nОтправлено: 4 марта 2024 г. 12:00\nКому: Анна\nТема: RE: заказ\n\nДобрый день", "Спасибо!", "________________________________\nОт: Поддержка <support@example.com>\nОтправлено: 4 марта 2024 г. 12:00\nКому: Анна\nТема: RE: заказ\n\nДобрый день", "С уважением, Анна"},
		{"original message", "Спасибо!\n-----Исходное сообщение-----\nДобрый день", "Спасибо!", "-----Исходное сообщение-----\nДобрый день", ""},
		{"answers between the lines", "> First?\nYes.\n> Second?\nNo.", "> First?\nYes.\n> Second?\nNo.", "", ""},
		{"answers after an introduction", "Hi, see below.\n> First?\nYes.", "Hi, see below.\n> First?\nYes.", "", ""},
		{"answer below the quote", "> First?\n> Second?\n\nYes, both.", "Yes, both.", "> First?\n> Second?", ""},
		{"only a signature is text", "С уважением,\nАнна", "С уважением,\nАнна", "", ""},
		{"a sentence with a time is no attribution", "My order came on 4.03.2024 at 12:00, but:\nthe lid is missing", "My order came on 4.03.2024 at 12:00, but:\nthe lid is missing", "", ""},
		{"a sentence that wrote: something", "My mother wrote:\nthe lid is missing", "My mother wrote:\nthe lid is missing", "", ""},
		{"From: in a sentence", "From: Moscow\nI want to go home", "From: Moscow\nI want to go home", "", ""},
		{"regards in the middle are text", "Best regards to your team, " + strings.Repeat("you did really well, ", 12) + "\n\nbut where is my order?", "Best regards to your team, " + strings.Repeat("you did really well, ", 12) + "\n\nbut where is my order?", "", ""},
	} {
		t.Run("[E-21] "+c.name, func(t *testing.T) {
			own, quote, signature := Split(c.text)
			if own != c.own || quote != c.quote || signature != c.signature {
				t.Errorf("own %q\nquote %q\nsignature %q", own, quote, signature)
			}
		})
	}
}

func TestSplitHTML(t *testing.T) {
	for _, c := range []struct{ name, raw, want string }{
		{"Gmail", `<div dir="ltr">Thanks!</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon wrote:<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex">Hello</blockquote></div>`,
			`<div dir="ltr">Thanks!</div><br><Q><div data-mark="quote"><div dir="ltr" data-mark="attribution">On Mon wrote:<br></div><blockquote style="margin:0 0 0 .8ex" data-mark="quote">Hello</blockquote></div></Q>`},
		{"Gmail with a signature", `<div>Thanks!<br><br><div>-- <br></div><div class="gmail_signature">Anna</div></div><div class="gmail_quote">q</div>`,
			`<div>Thanks!<br><br><div>-- <br></div><S><div data-mark="signature">Anna</div></S></div><Q><div data-mark="quote">q</div></Q>`},
		{"Outlook", `<div class="WordSection1"><p>Thanks!</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p><b>From:</b> Support &lt;s@example.com&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Anna<br><b>Subject:</b> order</p></div></div><p>Hello</p></div>`,
			`<div><p>Thanks!</p><Q><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p><b>From:</b> Support &lt;s@example.com&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Anna<br><b>Subject:</b> order</p></div></div><p>Hello</p></Q></div>`},
		{"Outlook on the web, Russian", `<div>Спасибо!</div><div id="appendonsend"></div><hr style="width:98%"><div id="divRplyFwdMsg"><b>От:</b> Поддержка<br><b>Отправлено:</b> 4 марта<br></div><div>Добрый день</div>`,
			`<div>Спасибо!</div><Q><div data-mark="rest"></div><hr style="width:98%"/><div data-mark="rest"><b>От:</b> Поддержка<br><b>Отправлено:</b> 4 марта<br></div><div>Добрый день</div></Q>`},
		{"Yandex", `<div>Спасибо!</div><div><br></div><div>04.03.2024, 12:00, "Поддержка" &lt;s@example.com&gt;:</div><blockquote><p>Добрый день</p></blockquote>`,
			`<div>Спасибо!</div><div><br></div><Q><div>04.03.2024, 12:00, &#34;Поддержка&#34; &lt;s@example.com&gt;:</div><blockquote><p>Добрый день</p></blockquote></Q>`},
		{"Mail.ru", `<div>Спасибо!</div><div data-signature-widget="container"><div>--<br>Анна</div></div><blockquote style="border-left:1px solid #0857a6;margin:10px">Понедельник, 4 марта 2024, 12:00 +03:00 от Поддержка &lt;s@example.com&gt;:<br><div>Добрый день</div></blockquote>`,
			`<div>Спасибо!</div><S><div data-mark="signature"><div>--<br>Анна</div></div></S><Q><blockquote style="border-left:1px solid #0857a6;margin:10px">Понедельник, 4 марта 2024, 12:00 +03:00 от Поддержка &lt;s@example.com&gt;:<br><div>Добрый день</div></blockquote></Q>`},
		{"Apple", `<body>Thanks!<br><div><blockquote type="cite"><div>On 4 Mar 2024, at 12:00, S wrote:</div><br><div>Hello</div></blockquote></div></body>`,
			`Thanks!<br><div><Q><blockquote type="cite"><div>On 4 Mar 2024, at 12:00, S wrote:</div><br><div>Hello</div></blockquote></Q></div>`},
		{"Thunderbird", `<p>Thanks!</p><div class="moz-cite-prefix">On 04/03/2024 12:00, S wrote:<br></div><blockquote type="cite" cite="mid:1">Hello</blockquote><pre class="moz-signature">Anna</pre>`,
			`<p>Thanks!</p><Q><div data-mark="attribution">On 04/03/2024 12:00, S wrote:<br></div><blockquote type="cite">Hello</blockquote></Q><S><pre data-mark="signature">Anna</pre></S>`},
		{"a signature by its words", `<p>Спасибо!</p><p>С уважением,</p><p>Анна</p>`, `<p>Спасибо!</p><S><p>С уважением,</p><p>Анна</p></S>`},
		{"a signature in lines", `Спасибо!<br><br>С уважением,<br>Анна`, `Спасибо!<br><br><S>С уважением,<br>Анна</S>`},
		{"a forwarded mail stays open", `<div class="gmail_quote">Hello</div>`, `<div data-mark="quote">Hello</div>`},
		{"answers between the lines stay", `<blockquote type="cite">a?</blockquote><p>yes</p><blockquote type="cite">b?</blockquote><p>no</p>`, `<blockquote type="cite">a?</blockquote><p>yes</p><blockquote type="cite">b?</blockquote><p>no</p>`},
		{"a quotation in the text is none", `<p>As the poet says:</p><blockquote>Hello</blockquote><p>and so on</p>`, `<p>As the poet says:</p><blockquote>Hello</blockquote><p>and so on</p>`},
	} {
		t.Run("[E-21] "+c.name, func(t *testing.T) {
			safe, _ := Sanitise(c.raw, nil)
			got := SplitHTML(safe)
			want := strings.NewReplacer("<Q>", `<div data-fold="quote">`, "<S>", `<div data-fold="signature">`, "</Q>", "</div>", "</S>", "</div>").Replace(c.want)
			plain := strings.NewReplacer("<br/>", "<br>", "<hr/>", "<hr>", "/>", ">").Replace
			if plain(got) != plain(want) {
				t.Errorf("\n%s\nwant\n%s", got, want)
			}
			if again := SplitHTML(got); again != got {
				t.Errorf("splitting again changes it to\n%s", again)
			}
			if s, _ := Sanitise(got, nil); s != plain(got) && TextOf(s) != TextOf(got) {
				t.Errorf("what is folded is not what is let through:\n%s", s)
			}
		})
	}
}
