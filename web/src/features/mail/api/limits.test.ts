import { expect, test } from 'vitest';
import { tooLarge } from './limits';

const MIB = 2 ** 20;

test('[E-29] a file of 10 MiB goes, a byte more does not', () => {
  expect(tooLarge(10 * MIB, [])).toBeUndefined();
  expect(tooLarge(10 * MIB + 1, [])).toEqual({ code: 'PAR-6001', max: 10 });
});

test('[E-29] all files together have 25 MiB, those on their way counted', () => {
  const two = [{ size: 10 * MIB }, { size: 10 * MIB }];
  expect(tooLarge(5 * MIB, two)).toBeUndefined();
  expect(tooLarge(5 * MIB + 1, two)).toEqual({ code: 'PAR-6002', max: 25 });
  expect(tooLarge(5 * MIB, two, 1)).toEqual({ code: 'PAR-6002', max: 25 });
});
