// The button's own words. An entry may replace any of them (config.texts).

export const en = {
  call: 'Call us',
  asking: 'Please allow the microphone…',
  connecting: 'Connecting…',
  waiting: 'We are finding someone for you…',
  position: 'Place in the queue: {n}',
  message: 'Please listen to the message',
  talking: 'You are talking to {name}',
  someone: 'our operator',
  held: '{name} has put you on hold',
  again: 'No connection. Trying again…',
  mute: 'Mute the microphone',
  unmute: 'Unmute the microphone',
  keypad: 'Keypad',
  hangUp: 'Hang up',
  close: 'Close',
  redial: 'Call again',
  ended_customer: 'You have ended the call',
  ended_agent: 'The operator has ended the call',
  ended_system: 'The call has ended',
  closed: 'We are closed now.',
  opensAt: 'We open on {when}.',
  nobody: 'Nobody can answer at the moment. Please call later.',
  denied: 'The microphone is not allowed. Allow it in the address bar and call again.',
  noMicrophone: 'No microphone was found.',
  noCalls: 'This browser cannot make calls.',
  busy: 'All lines are busy. Please call in a minute.',
  failed: 'The call could not be set up. Check the network and call again.',
};

export type TextKey = keyof typeof en;

export const ru: Record<TextKey, string> = {
  call: 'Позвонить нам',
  asking: 'Разрешите, пожалуйста, микрофон…',
  connecting: 'Соединяем…',
  waiting: 'Ищем для вас свободного оператора…',
  position: 'Место в очереди: {n}',
  message: 'Послушайте, пожалуйста, сообщение',
  talking: 'Вы говорите: {name}',
  someone: 'оператор',
  held: 'Вы на удержании: {name}',
  again: 'Нет связи. Пробуем ещё раз…',
  mute: 'Отключить микрофон',
  unmute: 'Включить микрофон',
  keypad: 'Клавиатура',
  hangUp: 'Завершить разговор',
  close: 'Закрыть',
  redial: 'Позвонить ещё раз',
  ended_customer: 'Вы завершили разговор',
  ended_agent: 'Оператор завершил разговор',
  ended_system: 'Разговор завершён',
  closed: 'Сейчас мы не работаем.',
  opensAt: 'Откроемся {when}.',
  nobody: 'Сейчас никто не может ответить. Позвоните, пожалуйста, позже.',
  denied: 'Микрофон не разрешён. Разрешите его в адресной строке и позвоните ещё раз.',
  noMicrophone: 'Микрофон не найден.',
  noCalls: 'Этот браузер не умеет звонить.',
  busy: 'Все линии заняты. Позвоните, пожалуйста, через минуту.',
  failed: 'Не удалось соединиться. Проверьте сеть и позвоните ещё раз.',
};

const languages: Record<string, Record<TextKey, string>> = { en, ru };

export type Say = (key: TextKey, args?: Record<string, string>) => string;

export function speaker(lang: string, own: Record<string, string> = {}): Say {
  const words = languages[lang.split('-')[0] ?? ''] ?? en;
  return (key, args) =>
    (own[key] || words[key]).replace(/\{(\w+)\}/g, (whole, name) => args?.[name] ?? whole);
}
