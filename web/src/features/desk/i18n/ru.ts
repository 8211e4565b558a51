import type { RussianPlural, Translated } from '@/shared/i18n/words';
import type words from './en';

const ru: Translated<typeof words, RussianPlural> = {
  group: 'Рабочий стол',
  interactions: 'Обращения',
  customer: 'Клиент',
  contacts: 'Контакты',
  home: 'Главная',
  search: 'Поиск контактов',
  settings: 'Настройки',
  parts: 'Другие разделы Parley',
  supervise: 'Супервизор',
  admin: 'Администрирование',
};
export default ru;
