import type { RussianPlural, Translated } from '@/shared/i18n/words';
import type words from './en';

const ru: Translated<typeof words, RussianPlural> = {
  title: 'Последние',
  none: 'Последних обращений нет',
  noneText: 'Здесь появятся завершённые обращения.',
  unknown: 'Неизвестный клиент',
};
export default ru;
