import type { RussianPlural, Translated } from '@/shared/i18n/words';
import type entries from './en';

const ru: Translated<typeof entries, RussianPlural> = {
  script: {
    callText: 'Вставьте эту строку в страницы, где нужна кнопка звонка:',
    title: 'На сайт',
    text: 'Вставьте эту строку в страницы, где нужен чат:',
  },
  help: {
    allowedOrigins:
      'Чат работает только на страницах этих сайтов; *.shop.example — все под ним. Enter добавляет.',
    serviceChoice: 'Если два и больше, клиента спросят о теме.',
    logoFileId: 'В шапке чата, пока не ответит оператор.',
    preChat: 'Пусто — чат начинается сразу.',
    consent: 'Галочка, без которой чат не начнётся.',
  },
  kind: {
    'call-buttons': 'Кнопки звонка',
    entries: 'Чат-виджеты',
  },
  about: {
    'call-buttons': 'Звонок со страницы сайта без телефона: одна строка для вставки у каждого сайта.',
    entries: 'Чат на сайте: одна строка для вставки у каждого.',
  },
  section: {
    look: 'Вид',
    form: 'Формы',
  },
  field: {
    key: 'Ключ',
    allowedOrigins: 'Сайты (https://shop.example)',
    logoFileId: 'Логотип',
    color: 'Цвет',
    textColor: 'Цвет текста',
    look_position: 'Сторона',
    radius: 'Скругление',
    theme: 'Тема',
    sound: 'Звук',
    ru_title: 'Заголовок (русский)',
    en_title: 'Заголовок (английский)',
    preChat: 'Вопросы перед чатом',
    consent: 'Согласие на обработку данных',
    offline_enabled: 'Форма, когда никого нет',
    offline_fields: 'Поля этой формы',
    field: 'Поле',
    required: 'Обязательно',
    label: 'Подпись',
    serviceChoice: 'Клиент выбирает из',
    ru_greeting: 'Приветствие (русский)',
    en_greeting: 'Приветствие (английский)',
    ru_consent: 'Согласие (русский)',
    en_consent: 'Согласие (английский)',
    texts_ru_offline: 'Над формой (русский)',
    texts_en_offline: 'Над формой (английский)',
  },
  option: {
    right: 'Справа',
    left: 'Слева',
    auto: 'Как в системе',
    light: 'Светлая',
    dark: 'Тёмная',
    name: 'Имя',
    text: 'Текст',
  },
};
export default ru;
