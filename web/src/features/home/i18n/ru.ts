import type { RussianPlural, Translated } from '@/shared/i18n/words';
import type words from './en';

const ru: Translated<typeof words, RussianPlural> = {
  mine: 'Персональная статистика',
  welcome: 'Добро пожаловать',
  openApart: 'Открыть в новой вкладке',
  break: {
    title: 'Время на перерыв',
    used: 'Использовано сегодня',
    left: 'Осталось',
    over: 'Сверх нормы',
    of: '{{used}} из {{budget}}',
  },
  dispositions: 'Статусы',
  noDispositions: 'Сегодня пока нет.',
  without: 'Без статуса',
  figures: 'Показатели: мои и группы',
  me: 'Мои',
  team: 'Группа, в среднем',
  figure: {
    handled: 'Обработано',
    success: 'Успешно',
    handling: 'Среднее время обработки',
    share: 'Доля успешных',
    rejected: 'Отклонено',
    missed: 'Не принято',
    ready: 'Время в готовности',
    busy: 'Время в обращениях',
  },
};
export default ru;
