import { describe, expect, test } from 'vitest';
import { isAddress, parseAddresses, typed, withAddresses } from './addresses';

describe('addresses', () => {
  test('[E-32/desk] names, brackets and separators are read as people write them', () => {
    expect(
      parseAddresses('anna@example.com; Boris <boris@example.com>,\n"Smith, John" <j@example.com>'),
    ).toEqual([
      { address: 'anna@example.com' },
      { name: 'Boris', address: 'boris@example.com' },
      { name: 'Smith, John', address: 'j@example.com' },
    ]);
    expect(parseAddresses(' <mailto:a@example.com> ')).toEqual([{ address: 'a@example.com' }]);
    expect(parseAddresses(' ,; \n')).toEqual([]);
    const named = { name: 'Smith, "J"', address: 'j@example.com' };
    expect(parseAddresses(typed(named))).toEqual([named]);
    expect(parseAddresses('"O \\"K\\"" <k@example.com>')).toEqual([
      { name: 'O "K"', address: 'k@example.com' },
    ]);
  });

  test('[E-32/desk] what is no address stays to be mended, and is known as such', () => {
    expect(parseAddresses('Anna')).toEqual([{ address: 'Anna' }]);
    for (const bad of ['Anna', 'a@', '@b', 'a b@c.de', 'a@b@c']) expect(isAddress(bad), bad).toBe(false);
    for (const good of ['a@b', 'анна@почта.рф', "o'neil+x@example.co.uk"])
      expect(isAddress(good), good).toBe(true);
  });

  test('[E-27/desk] an address stands once in a field, whatever its letters', () => {
    const list = withAddresses(
      [{ address: 'a@x.de' }],
      [{ address: 'A@x.de' }, { address: 'b@x.de' }, { address: 'B@x.de' }],
    );
    expect(list.map((one) => one.address)).toEqual(['a@x.de', 'b@x.de']);
  });
});
