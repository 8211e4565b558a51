import type { RussianPlural, Translated } from '@/shared/i18n/words';
import type words from './en';

const ru: Translated<typeof words, RussianPlural> = {
  group: 'Предложение',
  unknown: 'Неизвестный клиент',
  segment: 'Статус',
  email: 'Эл. почта',
  phone: 'Телефон',
  extension: 'Внутренний номер',
  company: 'Компания',
  subject: 'Тема',
  case: 'Запрос',
  answer: 'Ответить',
  postpone: 'Отложить',
};
export default ru;
