package org

// The words of the ready-made defaults. Administrators change them as they like.

var chatTextsRU = ChatTexts{
	Waiting:      "Спасибо, что написали! Оператор скоро ответит.",
	IdleQuestion: "Вы ещё с нами? Остались ли у вас вопросы?",
	IdleClosed:   "Мы давно не получали от вас сообщений, поэтому чат закрыт. Напишите нам снова в любое время.",
	Closed:       "Чат завершён. Спасибо за обращение!",
	NoAgents:     "Сейчас нет свободных операторов. Оставьте сообщение, и мы ответим вам.",
	Offline:      "Мы сейчас не на связи. Оставьте сообщение, и мы ответим в рабочее время.",
}

var chatTextsEN = ChatTexts{
	Waiting:      "Thank you for writing! An agent will be with you shortly.",
	IdleQuestion: "Are you still there? Is there anything else we can help with?",
	IdleClosed:   "We have not heard from you for a while, so the chat was closed. Write to us again at any time.",
	Closed:       "The chat has ended. Thank you for contacting us!",
	NoAgents:     "All our agents are away at the moment. Leave a message and we will get back to you.",
	Offline:      "We are away right now. Leave a message and we will answer in working hours.",
}

var entryTextsRU = EntryTexts{
	"title":   "Напишите нам",
	"consent": "Я согласен на обработку моих персональных данных.",
}

var entryTextsEN = EntryTexts{
	"title":   "Write to us",
	"consent": "I agree to the processing of my personal data.",
}

func defaultEmailRules() EmailRules {
	return EmailRules{
		Push: true, Replies: RepliesOffer, ReleaseMinutes: 480, AckPerDay: 5,
		Ack: map[string]MailText{
			"ru": {Subject: "Мы получили ваше письмо, обращение № $(case.number)",
				Text: "Здравствуйте!\n\nМы получили ваше письмо и ответим на него. Номер вашего обращения: $(case.number).\nЧтобы дополнить обращение, просто ответьте на это письмо."},
			"en": {Subject: "We have received your message, case no. $(case.number)",
				Text: "Hello,\n\nwe have received your message and will answer it. The number of your case is $(case.number).\nTo add something, just reply to this message."},
		},
		Greeting:     Text{"ru": "Здравствуйте!", "en": "Hello,"},
		Signature:    Text{"ru": "С уважением,\n$(User.firstName) $(User.lastName)", "en": "Kind regards,\n$(User.firstName) $(User.lastName)"},
		FileMaxBytes: 10 << 20, TotalMaxBytes: 25 << 20,
	}
}
