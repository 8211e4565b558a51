import type { RussianPlural, Translated } from '@/shared/i18n/words';
import type words from './en';

const ru: Translated<typeof words, RussianPlural> = {
  title: 'Клиент',
  unknown: 'Неизвестный клиент',
  fact: {
    email: 'Эл. почта',
    phone: 'Телефон',
    company: 'Компания',
    status: 'Статус',
    language: 'Язык',
    service: 'Сервис',
    since: 'Обратился',
  },
  history: 'История обращений',
  noHistory: 'Это первое обращение.',
  column: {
    date: 'Дата',
    channel: 'Канал',
    service: 'Сервис',
    disposition: 'Статус',
    agent: 'Оператор',
    length: 'Длительность',
  },
};
export default ru;
