import type { RussianPlural, Translated } from '@/shared/i18n/words';
import type words from './en';

const ru: Translated<typeof words, RussianPlural> = {
  tabs: 'Кому позвонить',
  directory: 'Каталог',
  recent: 'Недавние',
  line: 'Имя или внутренний номер',
  call: 'Начать вызов',
  callPerson: 'Позвонить: {{name}}',
  service: 'Сервис вызова',
  noService: 'Без сервиса',
  found: 'Сотрудники',
  extension: 'вн. {{number}}',
  more: 'Показано {{count}} из {{total}}: уточните имя',
  none: 'Сотрудников пока нет',
  noneText: 'Здесь будут сотрудники, которые принимают звонки.',
  notFound: 'Никого не нашлось',
  notFoundText: 'Ищите по части имени или наберите внутренний номер.',
  /** A call between colleagues, in the list and under it. */
  inCall: {
    internal: 'Внутренний вызов',
    heldColleague: 'Собеседник слышит музыку',
    mutedColleague: 'Собеседник слышит тишину',
    rings: 'Вызываем…',
    unreached: {
      busy: 'Занято',
      rejected: 'Вызов отклонён: занято',
      no_answer: 'Не отвечает: занято',
    },
  },
  error: {
    targetBusy: 'Занято: сотрудник разговаривает или ему уже звонят',
    targetAway: 'Сотрудник не в системе',
    alreadyTalking: 'Вы уже разговариваете',
    offerOpen: 'Вам уже звонят',
    unknownAgent: 'Сначала начните смену',
    extension: 'Такого внутреннего номера нет',
    userId: 'Этому сотруднику позвонить нельзя',
    other: 'Позвонить не удалось',
  },
};
export default ru;
