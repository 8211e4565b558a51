import { describe, expect, test } from 'vitest';
import { categoryOptions, foundCategories } from './categories';

const options = categoryOptions([
  { id: 'l', name: 'Багаж', parentId: '' },
  { id: 'd', name: 'Повреждён', parentId: 'l' },
  { id: 'x', name: 'Потерян', parentId: 'l' },
  { id: 'b', name: 'Оплата', parentId: '' },
]);
const names = (search: string) => foundCategories(options, search).map((one) => one.name);

describe('[E-40/category]', () => {
  test('[E-40/category] a category is named with those above it', () => {
    expect(options.map((one) => one.label)).toEqual([
      'Багаж',
      'Багаж / Повреждён',
      'Багаж / Потерян',
      'Оплата',
    ]);
    expect(options.map((one) => one.depth)).toEqual([0, 1, 1, 0]);
  });

  test('[E-40/category] what is found keeps its place in the tree', () => {
    expect(names('потер')).toEqual(['Багаж', 'Потерян']);
    expect(names('БАГАЖ')).toEqual(['Багаж', 'Повреждён', 'Потерян']);
    expect(names('багаж потер')).toEqual(['Багаж', 'Потерян']);
    expect(names('')).toHaveLength(4);
    expect(names('нет')).toEqual([]);
  });
});
