import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WEB } from '@/shared/test/sources';
import { reasonOf } from './reasons';

describe('reasons', () => {
  test('[X-2] what the server says of a field has words and keeps its values', () => {
    expect(reasonOf('must not be empty')).toEqual(['empty', {}]);
    expect(reasonOf('must have at most 80 characters')).toEqual(['longest', { max: '80' }]);
    expect(reasonOf('expected length >= 1')).toEqual(['empty', {}]);
    expect(reasonOf('must be between 5 and 120')).toEqual(['between', { min: '5', max: '120' }]);
    expect(reasonOf('is too short', { min: 12 })).toEqual(['shortest', { min: 12 }]);
    expect(reasonOf('the host name a.example is already taken')).toEqual(['host', { host: 'a.example' }]);
    expect(reasonOf('is stranger than that')).toEqual(['said', { reason: 'is stranger than that' }]);
  });

  test('[X-2] what is wrong with a variable of a mail names it', () => {
    expect(reasonOf('$(case.nummer) is not a variable: there are $(case.number)')).toEqual([
      'variable',
      { variable: '$(case.nummer)' },
    ]);
  });

  test('[X-2] every usual check of the administration has its words', () => {
    const checks = ['check', 'email', 'mailbox']
      .map((file) => readFileSync(join(WEB, `../internal/org/${file}.go`), 'utf8'))
      .join('\n');
    const said = [...checks.matchAll(/c\.bad\(\S+, "([a-z][^"\n]+)"/g)].map((match) =>
      (match[1] ?? '').replaceAll('%d', '7').replaceAll('%s', 'x'),
    );
    expect(said.length).toBeGreaterThan(15);
    // A field of another kind of entry: no form has it.
    const asked = said.filter((one) => !one.startsWith('goes with the kind'));
    expect(asked.filter((one) => reasonOf(one)[0] === 'said')).toEqual([]);
  });
});
