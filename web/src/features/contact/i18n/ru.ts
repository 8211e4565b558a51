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
    notes: 'Заметки',
    created: 'Известен с',
  },
  history: 'История обращений',
  noHistory: 'Это первое обращение.',
  more: 'Показать ещё',
  search: {
    title: 'Контакты',
    placeholder: 'Имя, компания, номер или адрес',
    none: 'Никто не найден',
    noneText: 'Своих клиентов можно найти по части имени, остальных — по точному номеру или адресу.',
  },
  column: {
    name: 'Имя',
    date: 'Дата',
    channel: 'Канал',
    service: 'Сервис',
    disposition: 'Статус',
    agent: 'Оператор',
    length: 'Длительность',
  },
};
export default ru;
