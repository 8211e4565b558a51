import { expect, test } from 'vitest';
import { digitsOf } from './keys';

test('[V-13] digits, letters by their keys, * and # and pauses are sent; anything else is not', () => {
  expect(digitsOf('1, 2-3 (4)*#')).toBe('1,234*#');
  expect(digitsOf('Taxi')).toBe('8294');
  expect(digitsOf('АБВ+é 😀')).toBe('');
});
