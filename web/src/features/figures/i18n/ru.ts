import type { RussianPlural, Translated } from '@/shared/i18n/words';
import type words from './en';

const ru: Translated<typeof words, RussianPlural> = {
  service: 'Сервис показателей',
  sl: 'Уровень сервиса',
  handled: 'Обработано',
  waiting: 'В очереди',
  oldest: 'Ждёт дольше',
  ready: 'Готовы',
  place: '{{place}} из {{of}}',
};
export default ru;
