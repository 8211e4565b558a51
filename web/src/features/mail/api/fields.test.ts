import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError } from '@/shared/api/errors';
import { queryClient } from '@/shared/api/queries';
import { caseQuery, changeCase } from './cases';
import {
  type FormField,
  keepValue,
  readNumber,
  readValue,
  shownValue,
  toldIn,
  writtenValue,
  wrongOf,
} from './fields';

vi.mock('./cases', () => ({
  caseQuery: (id: string) => ({ queryKey: ['case', id] }),
  changeCase: vi.fn(),
}));

describe('[E-20/fields] what is typed into a field', () => {
  test('[E-20/fields] numbers are read as the language writes them', () => {
    for (const [text, language, number] of [
      ['12,5', 'ru', 12.5],
      ['12.5', 'ru', 12.5],
      ['1 234 567,25', 'ru', 1_234_567.25],
      ['−3', 'ru', -3],
      ['1,234.5', 'en', 1234.5],
      ['12.5', 'en', 12.5],
      ['12,5', 'en', undefined],
      ['1e5', 'en', undefined],
      ['five', 'en', undefined],
      ['', 'en', undefined],
      ['999999999999999', 'en', 999_999_999_999_999],
      ['1000000000000000', 'en', undefined],
    ] as const)
      expect(readNumber(text, language), `${text} in ${language}`).toBe(number);
  });

  test('[E-20/fields] a number can be read again as it is written', () => {
    for (const language of ['ru', 'en'])
      for (const number of [0, -0.25, 1234.5, 999_999_999_999_999])
        expect(readNumber(writtenValue(number, language), language)).toBe(number);
  });

  test('[E-20/fields] what is empty is nothing, what is too long is refused', () => {
    expect(readValue('text', '  ', 'ru')).toEqual({ value: null });
    expect(readValue('text', ' A-17 ', 'ru')).toEqual({ value: 'A-17' });
    expect(readValue('text', 'ж'.repeat(501), 'ru')).toEqual({ wrong: 'text' });
    expect(readValue('long_text', '😀'.repeat(2000), 'ru')).toEqual({ value: '😀'.repeat(2000) });
    expect(readValue('number', 'много', 'ru')).toEqual({ wrong: 'number' });
  });

  test('[E-20/fields] values are shown in the language', () => {
    expect(shownValue('date', '2026-12-31', 'en', 'Yes')).toBe('Dec 31, 2026');
    expect(shownValue('checkbox', true, 'ru', 'Да')).toBe('Да');
    expect(shownValue('checkbox', '', 'ru', 'Да')).toBe('');
    expect(shownValue('number', '1234.5', 'en', 'Yes')).toBe('1,234.5');
    expect(shownValue('text', 'A-17', 'en', 'Yes')).toBe('A-17');
    expect(toldIn([{ id: 'a', name: 'A', kind: 'checkbox', value: true }], 'a')).toBe(true);
    expect(toldIn(null, 'a')).toBeNull();
  });

  test('[E-20/fields] a refusal is said at the field', () => {
    const refused = (code: string, detail = '') => new ApiError(422, { code, detail });
    expect(wrongOf('text', refused('PAR-0001', 'there is no such field for cases of this service'))).toBe(
      'gone',
    );
    expect(wrongOf('choice', refused('PAR-0001', 'must be one of its options'))).toBe('gone');
    expect(wrongOf('date', refused('PAR-0001', 'must be a date such as 2026-12-31'))).toBe('date');
    expect(wrongOf('text', refused('PAR-0003'))).toBe('conflict');
    expect(wrongOf('text', refused('PAR-0005'))).toBe('shut');
    expect(wrongOf('text', new Error('x'))).toBe('failed');
  });
});

describe('[E-20/fields] a case that changes meanwhile', () => {
  const field: FormField = { id: 'order', name: 'Order', kind: 'text', options: [] };
  const change = vi.mocked(changeCase);
  // The case was read again by the time its change is refused.
  const refusedThenSaying = (value: string) =>
    change.mockImplementationOnce(async () => {
      queryClient.setQueryData(caseQuery('1').queryKey, {
        fields: [{ id: 'order', name: 'Order', kind: 'text', value }],
      } as never);
      throw new ApiError(409, { code: 'PAR-0003' });
    });
  beforeEach(() => {
    change.mockReset();
    change.mockResolvedValue(undefined);
  });

  test('[E-20/fields] another change of the case does not stop a value', async () => {
    refusedThenSaying('A-1');
    await keepValue('1', field, 'A-1', 'A-2');
    expect(change.mock.calls).toEqual(Array(2).fill(['1', { fields: { order: 'A-2' } }]));
  });

  test('[E-20/fields] another change of the same field is for the person to decide', async () => {
    refusedThenSaying('A-3');
    await expect(keepValue('1', field, 'A-1', 'A-2')).rejects.toMatchObject({ code: 'PAR-0003' });
    expect(change).toHaveBeenCalledTimes(1);
  });

  test('[E-20/fields] other refusals are not tried again', async () => {
    change.mockRejectedValueOnce(new ApiError(409, { code: 'PAR-0005' }));
    await expect(keepValue('1', field, null, 'A-2')).rejects.toMatchObject({ code: 'PAR-0005' });
    expect(change).toHaveBeenCalledTimes(1);
  });
});
