import type { RussianPlural, Translated } from '@/shared/i18n/words';
import type words from './en';

const ru: Translated<typeof words, RussianPlural> = {
  group: 'Звонок',
  controls: 'Управление вызовом',
  mute: 'Отключить микрофон',
  unmute: 'Включить микрофон',
  hold: 'Удержать',
  retrieve: 'Вернуть вызов',
  keypad: 'Клавиатура',
  held: 'На удержании',
  heldText: 'Клиент слышит музыку',
  muted: 'Микрофон отключён',
  mutedText: 'Клиент слышит тишину',
  leg: {
    connecting: 'Подключаем звук…',
    lost: 'Звук пропал, подключаем снова…',
    failed: 'Звук подключить не удалось',
  },
  again: 'Подключить снова',
  silent: 'Микрофона нет: вас не слышат',
  blocked: 'Браузер не включает звук сам',
  play: 'Включить звук',
  called: 'на {{number}}',
  digits: {
    title: 'Клавиатура: тоны клиенту',
    sent: 'Отправленные цифры',
    hint: 'Нажимайте или набирайте 0–9, *, #. Запятая – пауза в одну секунду.',
    pause: 'Пауза в одну секунду',
    key: '{{key}} {{letters}}',
  },
};
export default ru;
