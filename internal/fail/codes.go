package fail

import (
	"slices"
	"sync"
)

// The general codes. The others are used by their number, which is what stands
// in the help and in the log.
const (
	CodeInvalid     = "PAR-0001"
	CodeNotFound    = "PAR-0002"
	CodeChanged     = "PAR-0003"
	CodeLimit       = "PAR-0004"
	CodeState       = "PAR-0005"
	CodeTooMany     = "PAR-0006"
	CodeInternal    = "PAR-0007"
	CodeKeyReused   = "PAR-0008"
	CodeSignIn      = "PAR-0009"
	CodeUnreadable  = "PAR-0010"
	CodeUnavailable = "PAR-0011"
	CodeForbidden   = "PAR-1006"
)

// CodeInfo is one line of the table of codes. Texts hold {placeholders} that
// are filled from an error's Args.
type CodeInfo struct {
	Code   string
	Status int // HTTP status; conditions only a banner shows have the nearest one
	EN, RU string
}

var codes = []CodeInfo{
	{CodeInvalid, 422, "The field “{field}” is not right: {reason}", "Поле «{field}» заполнено неверно"},
	{CodeNotFound, 404, "Not found: {what}", "Не найдено: {what}"},
	{CodeChanged, 409, "Somebody else has changed this meanwhile: {what}. Load it again.", "Данные уже изменил кто-то другой: {what}. Обновите и повторите."},
	{CodeLimit, 409, "The limit is reached: {what}, at most {max}", "Достигнут предел: {what}, не более {max}"},
	{CodeState, 409, "This is not possible now: {reason}", "Сейчас это невозможно"},
	{CodeTooMany, 429, "Too many requests. Try again in {retryAfterSeconds} s.", "Слишком много запросов. Повторите через {retryAfterSeconds} с."},
	{CodeInternal, 500, "Something went wrong on our side. Please quote the number {number}.", "Внутренняя ошибка. Сообщите администратору номер {number}."},
	{CodeKeyReused, 409, "The idempotency key was already used with another request", "Ключ повтора уже использован с другим запросом"},
	{CodeSignIn, 401, "Please sign in", "Войдите в систему"},
	{CodeUnreadable, 400, "The request cannot be read", "Запрос не удалось прочитать"},
	{CodeUnavailable, 503, "This is temporarily not possible. Try again in a moment.", "Временно недоступно. Повторите попытку чуть позже."},

	{"PAR-1001", 401, "Wrong user name or password.", "Неверное имя пользователя или пароль."},
	{"PAR-1002", 409, "This user is already signed in. Sign in anyway?", "Пользователь уже вошел в систему. Войти принудительно?"},
	{"PAR-1003", 401, "The session has ended. Your credentials were used to sign in on another computer.", "Сессия завершена. Ваши данные использованы для входа в систему с другого компьютера"},
	{"PAR-1004", 401, "You were signed out by {supervisor} at {time}", "Вы были отключены {supervisor} в {time}"},
	{"PAR-1005", 403, "Access denied", "Ошибка доступа"},
	{CodeForbidden, 403, "You do not have the rights for this operation.", "Недостаточно прав для выполнения данной операции."},
	{"PAR-1007", 503, "The server cannot be reached. Please check the network connection.", "Не удалось подключиться к серверу – проверьте, пожалуйста, сетевое соединение."},

	{"PAR-2001", 409, "You are now Not ready because you did not accept a contact at {time}. Switch to Ready to go on handling contacts.", "Вы переведены в состояние «Не готов», потому что не приняли вызов в {time}. Перейдите в состояние «Готов» для продолжения обработки обращений."},
	{"PAR-2002", 409, "You are in the state Connection lost because a call at {time} could not be set up (network, firewall or this computer's settings). Switch to Ready when you can take contacts.", "Вы находитесь в состоянии Потеря связи, потому что вызов в {time} не мог быть установлен из-за проблем с сетью, фаерволом или настройками ПК. Перейдите в состояние «Готов», когда будете готовы принимать обращения."},
	{"PAR-2003", 422, "Please choose a disposition and fill in the required fields", "Пожалуйста, выберите статус разговора и заполните требуемые поля"},

	{"PAR-3001", 403, "Outgoing calls are not allowed.", "Исходящие вызовы не разрешены."},
	{"PAR-3002", 409, "The call cannot be made", "Не удается осуществить телефонный вызов"},
	{"PAR-3003", 422, "The phone is not in the numbering plan.", "Телефон отсутствует в номерном плане."},
	{"PAR-3004", 409, "Another agent is using this number now", "Этот номер сейчас используется другим оператором"},
	{"PAR-3005", 409, "The phone line is disconnected. Please call in again to restore it.", "Телефонная линия отключена. Для возобновления соединения, пожалуйста, перезвоните."},
	{"PAR-3006", 409, "The session has ended because the phone does not work", "Сеанс работы завершен из-за неработающего телефона"},
	{"PAR-3007", 409, "The SIP phone has lost its connection to the system", "SIP телефон потерял связь с системой"},
	{"PAR-3008", 409, "Poor connection quality. Check the network connection.", "Проблема с качеством связи. Проверьте сетевое подключение."},
	{"PAR-3009", 409, "No audio devices found.", "Звуковые устройства не обнаружены."},
	{"PAR-3010", 409, "No microphone found.", "Микрофон не обнаружен."},
	{"PAR-3011", 409, "No playback devices found.", "Устройства воспроизведения не обнаружены."},
	{"PAR-3012", 409, "This browser does not support telephony", "Браузер не поддерживает телефонию"},
	{"PAR-3013", 403, "No access", "Нет доступа"},

	{"PAR-4001", 409, "Favourites hold at most 50 entries", "Достигнуто предельное значение в 50 записей в Избранном"},
	{"PAR-4002", 413, "A knowledge base article may have at most {max} KB.", "Превышен лимит в {max} КВ на статью в Базе знаний."},

	{"PAR-5001", 415, "Files of the type {type} are not accepted here", "Файлы типа {type} здесь не принимаются"},
	{"PAR-5002", 415, "The content of the file is not what its name says ({type})", "Содержимое файла не соответствует его имени ({type})"},
	{"PAR-5003", 413, "The file is too large: at most {max} MB", "Файл слишком большой: не более {max} МБ"},
	{"PAR-5004", 422, "The file is empty", "Файл пуст"},
	{"PAR-5005", 409, "The conversation has ended", "Беседа завершена"},
	{"PAR-5006", 409, "Nobody can answer now. Please leave a message with the form.", "Сейчас никто не может ответить. Оставьте, пожалуйста, сообщение в форме."},
	{"PAR-5007", 422, "The message is too long: at most {max} characters", "Сообщение слишком длинное: не более {max} символов"},
	{"PAR-5008", 403, "The chat is not set up for this site", "Чат не настроен для этого сайта"},
	{"PAR-5009", 409, "There are too many chats at the moment. Please try again a little later.", "Сейчас слишком много чатов. Попробуйте, пожалуйста, чуть позже."},
	{"PAR-5010", 409, "There is no room for more files", "Для новых файлов больше нет места"},

	{"PAR-6001", 413, "A file of a mail may have at most {max} MB. Send a link to it, or several smaller files.", "Вложение письма может занимать не более {max} МБ. Отправьте ссылку на файл или несколько файлов меньшего размера."},
	{"PAR-6002", 413, "A mail with all its files may have at most {max} MB. Take some files out.", "Письмо со всеми вложениями может занимать не более {max} МБ. Уберите часть файлов."},
	{"PAR-6003", 409, "Only mails of customers can be moved to another case", "В другой запрос можно перенести только письмо клиента"},
	{"PAR-6004", 409, "A draft answers this mail. Send or delete it first.", "На это письмо начат ответ. Сначала отправьте или удалите черновик."},
	{"PAR-6005", 404, "There is no case {number} among those you may see", "Среди доступных вам запросов нет запроса {number}"},
	{"PAR-6006", 409, "Case {number} is closed and takes no more mails. Choose the one that follows it, or a new one.", "Запрос {number} закрыт и больше не принимает писем. Выберите следующий за ним запрос или новый."},
	{"PAR-6007", 409, "Somebody else has this case in hand: {name}. Only they can do that.", "Запрос сейчас в работе у другого: {name}. Сделать это может только тот, у кого он в работе."},
	{"PAR-6008", 422, "You don't handle mails of this service. Hand the case on to it instead.", "Вы не обслуживаете письма этого сервиса. Переведите запрос на него."},
	{"PAR-6009", 409, "The DNS does not have the record {name} with this key yet. Publish it, or wait until it is known, and try again.", "В DNS ещё нет записи {name} с этим ключом. Опубликуйте её или подождите, пока её станет видно, и повторите."},
	{"PAR-6010", 409, "The file is still being checked for viruses. Try again in a moment.", "Файл ещё проверяется на вирусы. Повторите чуть позже."},
	{"PAR-6011", 409, "The virus {name} was found in the file: it cannot be opened", "В файле найден вирус {name}, открыть его нельзя"},
	{"PAR-6012", 409, "The file could not be checked for viruses so far and cannot be opened", "Файл пока не удалось проверить на вирусы, открыть его нельзя"},
}

var index = sync.OnceValue(func() map[string]CodeInfo {
	m := make(map[string]CodeInfo, len(codes))
	for _, c := range codes {
		m[c.Code] = c
	}
	return m
})

func lookup(code string) (CodeInfo, bool) {
	c, ok := index()[code]
	return c, ok
}

// Codes lists every code with its status and texts, in order of number.
func Codes() []CodeInfo { return slices.Clone(codes) }
