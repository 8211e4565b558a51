import type { RussianPlural, Translated } from '@/shared/i18n/words';
import type cases from './en';

const ru: Translated<typeof cases, RussianPlural> = {
  help: {
    category_parentId: 'Пусто — на верхнем уровне дерева.',
    category_serviceIds: 'Только у запросов этих сервисов, вместе со всем, что ниже; пусто — у всех.',
    caseField_kind: 'Не меняется: у запросов есть значения этого вида.',
    caseField_options: 'Из чего выбирать, в этом порядке; запятая или Enter заканчивает вариант.',
    caseField_serviceIds: 'Поле есть только у запросов этих сервисов; пусто — у всех.',
    caseField_order: 'Место в форме: меньшие — раньше.',
  },
  kind: {
    categories: 'Категории запросов',
    'case-fields': 'Поля запросов',
  },
  about: {
    categories: 'О чём бывают запросы: дерево, из которого операторы выбирают, пока запрос открыт.',
    'case-fields': 'Что операторы указывают о запросе, пока он открыт.',
  },
  section: {
    cases: 'Контакты и запросы',
  },
  field: {
    category_parentId: 'Внутри категории',
    category_serviceIds: 'Сервисы',
    caseField_kind: 'Вид',
    caseField_options: 'Варианты',
    caseField_serviceIds: 'Сервисы',
    caseField_order: 'Место',
  },
  entity: {
    category: 'Категория запросов',
    case_field: 'Поле запросов',
  },
  option: {
    caseField_kind_text: 'Текст',
    caseField_kind_long_text: 'Длинный текст',
    caseField_kind_number: 'Число',
    caseField_kind_date: 'Дата',
    caseField_kind_choice: 'Выбор из списка',
    caseField_kind_checkbox: 'Отметка',
  },
};
export default ru;
