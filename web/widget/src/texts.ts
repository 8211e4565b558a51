// The widget's own words. An entry may replace any of them (config.texts); a
// further language is one more object here.

export const en = {
  title: 'Chat with us',
  open: 'Open chat',
  close: 'Close',
  greeting: 'Hello! How can we help you?',
  ev_ended: 'The chat has ended',
  sound: 'Sound',
  check: 'Please check this',
  unread: 'New messages: {n}',
  name: 'Your name',
  email: 'Email',
  phone: 'Phone',
  question: 'Your question',
  service: 'What is it about?',
  required: 'This is required',
  begin: 'Start chat',
  offline: 'We are away at the moment. Leave us a message and we will answer by email.',
  closed: 'We are away at the moment. Please come back later.',
  opensAt: 'We are back on {when}.',
  leave: 'Leave a message',
  ev_kept: 'Thank you! We have got your message and will answer by email.',
  sendFailed: 'The message was not sent. Please try again.',
  placeholder: 'Your message',
  send: 'Send',
  attach: 'Attach a file',
  emoji: 'Emoji',
  you: 'You',
  end: 'End chat',
  endNo: 'Stay',
  newChat: 'Start a new chat',
  older: 'Earlier messages',
  newest: 'To the newest message',
  waiting: 'Finding someone to help you…',
  position: 'Place in the queue: {n}',
  online: 'We are online',
  talking: '{name} is here',
  typing: '{name} is typing…',
  someone: 'Operator',
  lost: 'No connection. Messages will be sent when it is back.',
  again: 'Try again',
  sending: 'Sending',
  sent: 'Sent',
  delivered: 'Delivered',
  read: 'Read',
  failed: 'Not sent',
  remove: 'Remove',
  endedUnsent: 'The chat has ended. Your message is back in the field, not sent.',
  banned: 'You cannot write here.',
  tooLarge: 'The file is larger than {size}',
  wrongType: 'This type of file is not accepted',
  ev_joined: '{name} has joined the chat',
  ev_left: '{name} has left the chat',
  ev_transferred: 'The chat goes on to {to}',
  ev_ended_customer: 'You have ended the chat',
  ev_idle_closed: 'The chat was closed: there was no answer',
};

export type TextKey = keyof typeof en;
export type Texts = Record<TextKey, string>;

export const ru: Texts = {
  title: 'Напишите нам',
  open: 'Открыть чат',
  close: 'Закрыть',
  greeting: 'Здравствуйте! Чем можем помочь?',
  ev_ended: 'Чат завершён',
  sound: 'Звук',
  check: 'Проверьте, пожалуйста',
  unread: 'Новых сообщений: {n}',
  name: 'Ваше имя',
  email: 'Эл. почта',
  phone: 'Телефон',
  question: 'Ваш вопрос',
  service: 'По какому вопросу?',
  required: 'Это обязательно',
  begin: 'Начать чат',
  offline: 'Сейчас нас нет на месте. Оставьте сообщение, и мы ответим по почте.',
  closed: 'Сейчас нас нет на месте. Загляните, пожалуйста, позже.',
  opensAt: 'Мы вернёмся {when}.',
  leave: 'Оставить сообщение',
  ev_kept: 'Спасибо! Мы получили сообщение и ответим по почте.',
  sendFailed: 'Не удалось отправить сообщение. Попробуйте ещё раз.',
  placeholder: 'Сообщение',
  send: 'Отправить',
  attach: 'Прикрепить файл',
  emoji: 'Смайлики',
  you: 'Вы',
  end: 'Завершить чат',
  endNo: 'Остаться',
  newChat: 'Начать новый чат',
  older: 'Более ранние сообщения',
  newest: 'К последнему сообщению',
  waiting: 'Ищем для вас свободного оператора…',
  position: 'Место в очереди: {n}',
  online: 'Мы на связи',
  talking: '{name} на связи',
  typing: '{name} печатает…',
  someone: 'Оператор',
  lost: 'Нет связи. Сообщения отправятся, когда она вернётся.',
  again: 'Повторить',
  sending: 'Отправляется',
  sent: 'Отправлено',
  delivered: 'Доставлено',
  read: 'Прочитано',
  failed: 'Не отправлено',
  remove: 'Убрать',
  endedUnsent: 'Чат завершён. Сообщение не отправлено, оно снова в поле ввода.',
  banned: 'Вы не можете писать в этот чат.',
  tooLarge: 'Файл больше {size}',
  wrongType: 'Такие файлы не принимаются',
  ev_joined: '{name} теперь в чате',
  ev_left: '{name} больше не в чате',
  ev_transferred: 'Переводим чат: {to}',
  ev_ended_customer: 'Вы завершили чат',
  ev_idle_closed: 'Чат закрыт: мы не дождались ответа',
};

const languages: Record<string, Texts> = { en, ru };

export type Say = (key: TextKey, args?: Record<string, string | number>) => string;

/** Words in lang; own are the entry's replacements. */
export function speaker(lang: string, own: Record<string, string> = {}): Say {
  const words = languages[lang.split('-')[0] ?? ''] ?? en;
  return (key, args) =>
    (own[key] || words[key] || key).replace(/\{(\w+)\}/g, (whole, name) => String(args?.[name] ?? whole));
}

/** The languages to ask the server for, best first. */
export function wishes(asked: string | undefined, page: string, browser: readonly string[]): string[] {
  return [...new Set([asked ?? '', page, ...browser].map((l) => l.trim()).filter(Boolean))].slice(0, 8);
}
