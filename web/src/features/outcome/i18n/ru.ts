import type { RussianPlural, Translated } from '@/shared/i18n/words';
import type words from './en';

const ru: Translated<typeof words, RussianPlural> = {
  group: 'Обращение',
  title: 'Статус и комментарий',
  disposition: 'Статус разговора',
  choose: 'Выберите статус',
  comment: 'Комментарий',
  missing: 'Заполните, чтобы завершить',
  ended: 'Обращение окончено',
  endedByCustomer: 'Клиент завершил обращение',
};
export default ru;
