package stats

// Definition says what a column counts, in the words its «?» shows. The same list serves live views and reports.
type Definition struct {
	ID   string            `json:"id"`
	Name map[string]string `json:"name"` // by language
	Text map[string]string `json:"text"` // by language
	Unit string            `json:"unit" enum:"count,percent,ms,state,text"`
	Best string            `json:"best,omitempty" enum:"high,low,"` // better direction, for an agent's place in the team
}

func def(id, unit, best, nameRU, nameEN, textRU, textEN string) Definition {
	return Definition{ID: id, Unit: unit, Best: best,
		Name: map[string]string{"ru": nameRU, "en": nameEN}, Text: map[string]string{"ru": textRU, "en": textEN}}
}

// Definitions lists every figure of the live tables, in the order in which columns are offered.
func Definitions() []Definition { return definitions }

var definitions = []Definition{
	def("received", "count", "", "Поступило", "Received",
		"Обращения, поступившие в сервис сегодня, включая переведённые в него.", "Contacts that entered the service today, transfers into it included."),
	def("waiting", "count", "", "В очереди", "Waiting",
		"Клиенты, которые ждут сейчас и никому не предложены.", "Customers waiting now who are not being offered to anybody."),
	def("oldestAt", "ms", "", "Ждёт дольше всех", "Longest wait",
		"Сколько ждёт тот, кто сейчас ждёт дольше всех.", "How long the one waiting longest has been waiting."),
	def("ewtMs", "ms", "", "Ожидаемое время", "Estimated wait",
		"Оценка ожидания для нового обращения: (в очереди + 1) × среднее время обработки ÷ готовые и занятые операторы.", "Estimate for a contact that came now: (waiting + 1) × average handling time ÷ agents ready or busy."),
	def("ringing", "count", "", "Предложено", "Ringing",
		"Обращения, которые сейчас показаны оператору и ещё не приняты.", "Contacts shown to an agent now and not yet accepted."),
	def("active", "count", "", "В работе", "Active",
		"Обращения, которыми сейчас занимаются операторы.", "Contacts agents are handling now."),
	def("wrapup", "count", "", "Постобработка", "Wrap-up",
		"Завершённые обращения, которые операторы ещё оформляют.", "Contacts that are over and still being finished by their agents."),
	def("answered", "count", "high", "Принято", "Answered",
		"Обращения, принятые операторами сегодня.", "Contacts accepted by agents today."),
	def("handled", "count", "high", "Обработано", "Handled",
		"Принятые обращения, которые завершены.", "Accepted contacts that are over."),
	def("handledIn", "count", "", "Обработано входящих", "Handled in",
		"Обработанные обращения, которые начал клиент.", "Handled contacts that the customer began."),
	def("handledOut", "count", "", "Обработано исходящих", "Handled out",
		"Обработанные обращения, которые начал оператор.", "Handled contacts that the agent began."),
	def("abandoned", "count", "low", "Потеряно", "Abandoned",
		"Клиент ушёл до ответа оператора, прождав дольше порога сервиса.", "The customer left before an agent accepted, after the service's threshold."),
	def("abandonedRinging", "count", "low", "Потеряно при вызове", "Abandoned ringing",
		"Из потерянных: клиент ушёл, пока обращение было предложено оператору.", "Of the abandoned: the customer left while the contact was being offered."),
	def("short", "count", "", "Короткие", "Short",
		"Клиент ушёл раньше порога сервиса; в проценты не входит.", "The customer left within the service's threshold; in no percentage."),
	def("refused", "count", "low", "Отказано", "Sent away",
		"Нерабочее время, очередь полна, ждали слишком долго или никого нет: чат предложил форму, звонок завершён сообщением.", "Closed, queue full, waited too long or nobody there: a chat offered the form, a call ended with an announcement."),
	def("deleted", "count", "", "Удалено", "Deleted",
		"Письма, удалённые из очереди непрочитанными; не потерянные и не отказанные, в SL не входят.", "Mails deleted from the queue unopened; neither abandoned nor sent away, in no service level."),
	def("moved", "count", "", "Перенесено", "Moved",
		"Письма, непрочитанными перенесённые в другой запрос; считаются там, в SL здесь не входят.", "Mails that went to another case unopened; they count there, here in no service level."),
	def("personal", "count", "", "В личных очередях", "In personal queues",
		"Письма, которые лежат в личных очередях операторов.", "Mails that lie in agents' own queues."),
	def("replied", "count", "high", "Отвечено", "Replied",
		"Письма, на которые сегодня отправлен ответ.", "Mails an answer was sent to."),
	def("closed", "count", "", "Закрыто без ответа", "Closed without answer",
		"Письма, завершённые без ответа клиенту; в SL не входят.", "Mails finished without an answer to the customer; in no service level."),
	def("overdue", "count", "low", "Просрочено", "Overdue",
		"Письма, на которые ещё не ответили, а срок ответа прошёл.", "Mails not answered yet although their time is over."),
	def("answeredInSl", "count", "high", "Принято в SL", "Answered in SL",
		"Принятые не позже порога сервиса; письма — отвеченные в срок.", "Accepted within the service's threshold; of mails those answered in time."),
	def("sl", "percent", "high", "SL за день", "SL today",
		"Принятые в пределах порога ÷ (все принятые + потерянные после порога). Письма: отвеченные в срок ÷ все отвеченные.", "Answered within the threshold ÷ (all answered + abandoned after it). Mails: answered in time ÷ all answered."),
	def("slLast", "percent", "high", "SL последних 20", "SL last 20",
		"То же по последним двадцати, вошедшим в расчёт.", "The same over the last twenty that count."),
	def("asaMs", "ms", "low", "Среднее ожидание", "ASA",
		"Среднее время в очереди и предложении у принятых обращений.", "Mean queue + ringing time of answered contacts."),
	def("ahtMs", "ms", "low", "Среднее время обработки", "AHT",
		"(Разговор + удержание + постобработка) ÷ обработанные.", "(Talk + hold + wrap-up) ÷ handled."),
	def("acwMs", "ms", "low", "Средняя постобработка", "Average wrap-up",
		"Время постобработки ÷ обработанные.", "Wrap-up time ÷ handled."),
	def("talkMs", "ms", "", "Разговор", "Talk", "Сумма времени разговора за день.", "Total talk time today."),
	def("holdMs", "ms", "", "Удержание", "Hold", "Сумма времени удержания за день.", "Total hold time today."),
	def("wrapupMs", "ms", "low", "Время постобработки", "Wrap-up time", "Сумма времени постобработки за день.", "Total wrap-up time today."),
	def("internal", "count", "", "Внутренние вызовы", "Internal calls",
		"Завершённые звонки коллегам, которые операторы сделали по этому сервису.", "Calls to colleagues that agents made about this service and that are over."),
	def("transferredIn", "count", "", "Переведено сюда", "Transferred in", "Переводы в этот сервис.", "Transfers into this service."),
	def("transferredOut", "count", "", "Переведено отсюда", "Transferred out", "Переводы из этого сервиса.", "Transfers out of this service."),
	def("rejected", "count", "low", "Отклонено", "Rejected", "Предложения, отклонённые операторами.", "Offers rejected by agents."),
	def("missed", "count", "low", "Без ответа", "Missed", "Предложения, на которые оператор не ответил вовремя.", "Offers an agent did not answer in time."),
	def("success", "count", "high", "Успешных", "Successful", "Обработанные со статусом успеха.", "Handled with a disposition of success."),
	def("signedIn", "count", "", "Операторов", "Agents", "Вошедшие операторы этого сервиса.", "Signed-in agents of the service."),
	def("ready", "count", "", "Готовы", "Ready", "Из них в состоянии «Готов».", "Of them in state Ready."),
	def("busy", "count", "", "Заняты", "Busy", "Из них вызываются, заняты или в постобработке.", "Of them ringing, busy or in wrap-up."),
	def("notReady", "count", "", "Не готовы", "Not ready", "Из них «Не готов» или ведут наблюдение.", "Of them Not ready or supervising."),
	def("state", "state", "", "Состояние", "State", "Состояние оператора и сколько оно длится.", "The agent's state and how long it has lasted."),
	def("load", "percent", "", "Загрузка", "Load", "Занятая доля ёмкости оператора; предложенные обращения входят.", "Share of the agent's capacity in use, open offers included."),
	def("contacts", "text", "", "Обращения", "Contacts", "Обращения, которые сейчас у оператора.", "Contacts the agent has in hand."),
	def("occupancy", "percent", "high", "Занятость", "Occupancy",
		"Время в «Занят» и «Постобработка» ÷ (оно же + время в «Готов»).", "Time in Busy and Wrap-up ÷ (the same + time in Ready)."),
	def("readyMs", "ms", "", "Время готовности", "Ready time", "Сколько сегодня в состоянии «Готов».", "Time in Ready today."),
	def("busyMs", "ms", "", "Время занятости", "Busy time", "Сколько сегодня в «Занят» и «Постобработка».", "Time in Busy and Wrap-up today."),
	def("breakMs", "ms", "low", "Перерывы", "Breaks", "Сколько сегодня «Не готов» с причиной, которая считается перерывом.", "Time Not ready today with a reason that counts as a break."),
}
