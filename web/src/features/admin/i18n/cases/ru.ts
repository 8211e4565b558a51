import type { RussianPlural, Translated } from '@/shared/i18n/words';
import type cases from './en';

const ru: Translated<typeof cases, RussianPlural> = {
  help: {
    category_parentId: 'Пусто — на верхнем уровне дерева.',
    category_serviceIds: 'Только у запросов этих сервисов, вместе со всем, что ниже; пусто — у всех.',
  },
  kind: {
    categories: 'Категории запросов',
  },
  about: {
    categories: 'О чём бывают запросы: дерево, из которого операторы выбирают, пока запрос открыт.',
  },
  section: {
    cases: 'Контакты и запросы',
  },
  field: {
    category_parentId: 'Внутри категории',
    category_serviceIds: 'Сервисы',
  },
  entity: {
    category: 'Категория запросов',
  },
};
export default ru;
