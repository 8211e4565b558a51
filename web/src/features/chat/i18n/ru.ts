import type { RussianPlural, Translated } from '@/shared/i18n/words';
import type words from './en';

const ru: Translated<typeof words, RussianPlural> = {
  write: 'Написать сообщение',
  conversation: 'Переписка',
  customer: 'Клиент',
  participants: 'Ещё в этом чате',
  expected: '{{name}}: приглашение',
  remove: 'Удалить из чата: {{name}}',
  onSite: 'Сейчас на сайте',
  offSite: 'Не на сайте',
  toEnd: 'К последним сообщениям',
  emoji: 'Смайлики',
  event: {
    joined: '{{name}} теперь в чате',
    left: '{{name}} больше не в чате',
    transferred: 'Чат переведён: {{name}}',
    queued: 'Ожидание оператора',
    returned: 'Связь с оператором потеряна, клиент снова ждёт',
    unserved: 'Сейчас никто не может ответить',
    kept: 'Сообщение сохранено',
    idle_closed: 'Чат закрыт: клиент не отвечал',
    not_joined: '{{name}}: приглашение не принято',
    invited: '{{name}}: приглашение отправлено',
    ended: 'Чат завершён',
    endedByCustomer: 'Клиент завершил чат',
    endedByAgent: 'Оператор завершил чат',
  },
};
export default ru;
