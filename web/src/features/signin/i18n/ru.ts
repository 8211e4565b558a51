import type { RussianPlural, Translated } from '@/shared/i18n/words';
import type words from './en';

const ru: Translated<typeof words, RussianPlural> = {
  title: 'Вход',
  login: 'Имя пользователя',
  password: 'Пароль',
  enter: 'Войти',
  showPassword: 'Показать пароль',
  hidePassword: 'Скрыть пароль',
  force: {
    title: 'Вы уже вошли',
    yes: 'Войти здесь',
  },
  change: {
    title: 'Новый пароль',
    why: 'Прежде чем начать, задайте свой пароль.',
    old: 'Текущий пароль',
    fresh: 'Новый пароль',
    again: 'Новый пароль ещё раз',
    differ: 'Пароли не совпадают',
    save: 'Сохранить и продолжить',
  },
  ended: 'Сеанс завершён',
};
export default ru;
