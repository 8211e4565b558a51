import type { RussianPlural, Translated } from '@/shared/i18n/words';
import type words from './en';

const ru: Translated<typeof words, RussianPlural> = {
  group: 'Рабочий стол',
  interactions: 'Обращения',
  case: 'Запрос {{number}}',
  newMail: 'Новый email',
  customer: 'Клиент',
  contacts: 'Контакты',
  mail: 'Мои запросы',
  mails_one: '{{count}} письмо',
  mails_few: '{{count}} письма',
  mails_many: '{{count}} писем',
  mails_other: '{{count}} письма',
  mailLate: 'есть просроченные по SL',
  home: 'Главная',
  help: 'Помощь',
  search: 'Поиск контактов и запросов',
  settings: 'Настройки',
  parts: 'Другие разделы Parley',
  supervise: 'Супервизор',
  admin: 'Администрирование',
};
export default ru;
