package letter

import (
	"strings"
	"unicode"
)

// Words that stand in nearly every text of a language and seldom in the others'.
var stopWords = map[string]map[string]bool{
	"ru": set("и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне было вот от меня еще нет о из ему когда даже ну ли если уже или быть был до вас мы для это этот здравствуйте пожалуйста спасибо добрый день вам нас чтобы при мой есть ваш заказ можно который только"),
	"uk": set("і в у не що він на я з як а то все вона так його але та ти до ж ви за би по тільки її мені було від мене ще немає про із коли навіть якщо вже або бути був вас ми для це цей будь ласка дякую добрий день вам нас щоб мій є ваш замовлення можна який добридень вітаю"),
	"be": set("і ў у не што ён на я з як а то ўсё яна так яго але ды ты да ж вы за б па толькі яе мне было ад мяне яшчэ няма пра калі нават ужо ці быць быў вас мы для гэта гэты калі ласка дзякуй добры дзень вам нас каб мой ёсць ваш можна які вітаю"),
	"kk": set("және мен бұл үшін бар деп бір де да емес болып не осы ол біз сіз қалай рахмет сәлеметсіз бе керек жоқ туралы менің сіздің өтінемін қайырлы күн еді болады арқылы кейін"),
	"en": set("the and of to a in is it you that he was for on are with as i his they be at have this from or had by not but what all were we when your can said there use an each which she do how their if will hello please thank thanks regards dear my me our would order"),
}

// language tells Russian, English, Ukrainian, Belarusian and Kazakh apart by their
// letters and commonest words; "" when it is none of them or too little to say.
func language(s string) string {
	var cyr, lat, marks int
	s = strings.ToLower(cutText(s, 6000))
	count := map[rune]int{}
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z':
			lat++
		case unicode.Is(unicode.Cyrillic, r):
			cyr++
			count[r]++
		case unicode.IsLetter(r):
			marks++
		}
	}
	score := map[string]int{}
	for w := range strings.FieldsFuncSeq(s, func(r rune) bool { return !unicode.IsLetter(r) }) {
		for lang, list := range stopWords {
			if list[w] {
				score[lang]++
			}
		}
	}
	switch {
	case cyr+lat+marks < 8:
		return ""
	case cyr*3 >= lat && cyr >= marks:
		return cyrillicLanguage(cyr, count, score)
	case score["en"] > 0 && marks*20 < lat:
		return "en"
	}
	return ""
}

func cyrillicLanguage(cyr int, count map[rune]int, score map[string]int) string {
	of := func(letters string) (n int) {
		for _, r := range letters {
			n += count[r]
		}
		return n
	}
	switch {
	case of("әғқңөұүһ")*50 >= cyr:
		return "kk"
	case of("іїєґў")*50 < cyr: // a name in a Russian text
		return "ru"
	case of("и")*50 < cyr && of("їєґ") == 0 && of("ўыэ") > 0, of("ў")*100 >= cyr && score["be"] > score["uk"]:
		return "be"
	}
	return "uk"
}
