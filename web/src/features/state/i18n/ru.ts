import type { RussianPlural, Translated } from '@/shared/i18n/words';
import type words from './en';

const ru: Translated<typeof words, RussianPlural> = {
  start: {
    title: 'Начало смены',
    text: 'Одно нажатие разрешает браузеру звонить и показывать уведомления и вводит вас в смену.',
    button: 'Начать смену',
    notifications: 'Уведомления',
    notificationsOn: 'Разрешены',
    notificationsOff:
      'Запрещены в браузере: разрешите их рядом с адресом, чтобы замечать чаты, пока открыта другая вкладка.',
    notificationsAsk: 'Разрешить',
  },
  signOut: {
    action: 'Выйти',
    title: 'Выйти?',
    plain: 'Новых обращений не будет.',
    inHand_one: 'У вас ещё {{count}} обращение. Новых не будет, выход произойдёт после его завершения.',
    inHand_few:
      'У вас ещё {{count}} обращения. Новых не будет, выход произойдёт после завершения последнего.',
    inHand_many:
      'У вас ещё {{count}} обращений. Новых не будет, выход произойдёт после завершения последнего.',
    inHand_other:
      'У вас ещё {{count}} обращения. Новых не будет, выход произойдёт после завершения последнего.',
  },
  reason: 'Не готов: {{reason}}',
  supervising: 'Наблюдение',
  left: 'ещё {{minutes}} мин',
  over: 'сверх на {{minutes}} мин',
};
export default ru;
