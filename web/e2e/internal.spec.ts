// Two agents who call one another from their desks, heard at both ends.

import { AGENT, button, expect, hears, panel, test } from './answering';
import { loudness } from './caller';
import type { Desk } from './fixture';
import { photo } from './photo';

/** Hz, of ringback and busy. */
const TONE = 425;

const line = (desk: Desk) => desk.page.getByRole('textbox', { name: 'Имя или внутренний номер' });
const rings = (desk: Desk) => desk.page.getByRole('region', { name: /^Внутренний вызов: / });

test('[V-1/internal] [V-3/internal] [V-7] [D-7] a colleague is called by extension and from the directory, answers, rejects; by keyboard alone', async ({
  admin,
  answering,
}) => {
  const long = 'Константинопольский-Заболотный Александр Константинович';
  const users = (await admin.call('GET', '/api/users?limit=100')).items as Record<string, unknown>[];
  const boris = users.find((one) => one.login === 'boris');
  await admin.call('PUT', `/api/users/${boris?.id}`, {
    version: boris?.version,
    firstName: 'Борис',
    lastName: 'Петров',
    extension: '7702',
    position: 'Старший специалист',
  });
  await admin.call('POST', '/api/users', {
    login: 'long',
    firstName: long,
    lastName: '',
    roleIds: boris?.roleIds,
  });
  const anna = await answering('anna');
  const other = await answering('boris');
  await anna.choose('Перерыв'); // a call by hand begins in any state, and the state is back after it

  await line(anna).fill('петр');
  const found = anna.page.getByRole('list', { name: 'Сотрудники' });
  await expect(found.getByRole('listitem')).toHaveCount(1);
  await expect(found).toContainText('вн. 7702');
  await expect(found.getByRole('img', { name: 'Доступен' })).toBeVisible();
  await expect(found.locator('mark')).toHaveText('Петр');
  await photo(anna.page, 'found');

  await line(anna).fill('7702');
  await line(anna).press('Enter');
  await expect(anna.state()).toContainText('Занят');
  await expect(panel(anna)).toContainText('Вызываем…');
  await hears(anna.page, TONE);
  const offer = rings(other);
  await expect(offer).toContainText('Анна');
  await expect(offer).toContainText('Внутренний номер101');
  await photo(anna.page, 'rings');
  await photo(other.page, 'offer');
  await offer.getByRole('button', { name: 'Принять' }).click();
  await hears(anna.page, AGENT);
  await hears(other.page, AGENT);
  await expect(other.rows().first()).toContainText('101');
  await expect(anna.rows().first()).toContainText('Петров');
  await photo(other.page, 'talk');
  await button(anna, 'Удержать').click();
  await expect(panel(anna)).toContainText('Собеседник слышит музыку');
  await button(anna, 'Вернуть вызов').click();
  await other.page.keyboard.press('Alt+q');
  await expect(anna.rows()).toHaveCount(0);
  await expect(other.rows()).toHaveCount(0);
  await expect(anna.state()).toContainText('Перерыв');
  await expect(other.state()).toContainText('Готов');

  await line(anna).press('ArrowDown');
  await expect(anna.page.getByRole('button', { name: /^Позвонить: / }).first()).toBeFocused();
  await line(anna).fill('Борис');
  await expect(found.getByRole('listitem')).toHaveCount(1);
  await line(anna).press('ArrowDown');
  await anna.page.keyboard.press('Enter');
  await rings(other).getByRole('button', { name: 'Отклонить' }).click();
  await expect(panel(anna)).toContainText('Вызов отклонён: занято');
  await expect.poll(() => loudness(anna.page, TONE)).toBeGreaterThan(-55);
  await photo(anna.page, 'busy');
  await expect(anna.rows()).toHaveCount(0);
  await expect(anna.state()).toContainText('Перерыв');
  await expect(other.state()).toContainText('Готов');
  await expect(other.page.getByRole('alert')).toHaveCount(0);

  await line(anna).fill('999999');
  await line(anna).press('Enter');
  await expect(
    anna.page.getByRole('alert').filter({ hasText: 'Такого внутреннего номера нет' }),
  ).toBeVisible();
  await expect(anna.state()).toContainText('Перерыв');
  await photo(anna.page, 'refused');
  await line(anna).fill('');
  await photo(anna.page, 'all');
});
