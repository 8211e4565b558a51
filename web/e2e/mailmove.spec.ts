// A mail that joined a wrong case, and a case of a wrong service.

import type { Page } from '@playwright/test';
import { seriousIssues } from './accessible';
import { test } from './agent';
import { type Desk, expect } from './fixture';
import { deliver, mailService, work } from './mailing';
import { photo } from './photo';

const BOX = 'shop@parley.test';
const VERA = 'Vera Belova <vera@example.org>';
const history = (desk: Desk) => work(desk).getByRole('region', { name: 'История запроса' });
const row = (desk: Desk, subject: RegExp) =>
  desk.page.getByRole('listbox', { name: 'Письма в очереди' }).getByRole('option', { name: subject });
const tab = (desk: Desk, name: string) => desk.page.getByRole('tab', { name });

/** The thread key of the case that stands first in the team's queue. */
const keyOf = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const queue = await (await fetch('/api/mail-queue?place=team')).json();
    return (await (await fetch(`/api/cases/${queue.items[0].caseId}`)).json()).threadKey;
  });

test('[B-7/by-hand] a mail that joined a wrong case is moved to another one that is found by words, and one to a case of its own, by keyboard', async ({
  admin,
  ready,
  server,
}) => {
  await mailService(admin, BOX);
  const desk = await ready('anna');
  const { page } = desk;
  await page.keyboard.press('Alt+3');
  await deliver(server.smtp, BOX, { from: VERA, subject: 'Где мой багаж', text: 'Чемодан потерян.' });
  await expect(row(desk, /Где мой багаж/)).toBeVisible();
  const key = await keyOf(page);
  await deliver(server.smtp, BOX, { from: VERA, subject: 'Возврат билета', text: 'Прошу вернуть деньги.' });
  await expect(row(desk, /Возврат билета/)).toBeVisible();
  await deliver(server.smtp, BOX, { from: VERA, subject: `Re: ${key}`, text: 'Билет № 555, когда вернёте?' });
  await deliver(server.smtp, BOX, { from: VERA, subject: `Ещё: ${key}`, text: 'И у вас сломан сайт.' });

  await row(desk, /Где мой багаж/).dblclick();
  await expect(history(desk).getByRole('article')).toHaveCount(3);
  const mail = (words: string) => history(desk).getByRole('article').filter({ hasText: words });
  await mail('Билет № 555').getByRole('button', { name: 'В другой запрос' }).click();
  const window = page.getByRole('dialog', { name: 'Перенести письмо в другой запрос' });
  const found = window.getByRole('button', { name: /Возврат билета/ });
  await expect(found).toBeVisible(); // the sender's other case is there at once
  expect(await seriousIssues(page)).toEqual([]);
  await photo(page, 'move');
  const search = window.getByRole('textbox', { name: 'Номер, клиент или тема запроса' });
  await expect(search).toBeFocused();
  await page.keyboard.type('нет такого');
  await expect(window).toContainText('Ничего не найдено');
  await search.fill('возв');
  await expect(found).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(found).toBeFocused();
  await page.keyboard.press('Space');
  await expect(window.getByRole('button', { name: 'Перенести в запрос 2' })).toBeEnabled();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(window).toHaveCount(0);
  const other = page.getByRole('region', { name: 'Просмотр' });
  await expect(other).toContainText('Билет № 555, когда вернёте?');
  await expect(other).toContainText(/Перенёс\(ла\) Анна Белова .* из запроса 1/);

  await tab(desk, 'Запрос 1').click();
  await expect(history(desk).getByRole('article')).toHaveCount(2);
  await mail('сломан сайт').getByRole('button', { name: 'В другой запрос' }).click();
  await window.getByRole('button', { name: 'Новый отдельный запрос' }).click();
  await window.getByRole('button', { name: 'Перенести в новый запрос' }).click();
  await expect(other).toContainText('И у вас сломан сайт.');
  await tab(desk, 'Запрос 1').click();
  await expect(history(desk).getByRole('article')).toHaveCount(1);
  await work(desk).getByText('События', { exact: true }).click();
  await expect(history(desk)).toContainText(
    'перенёс(ла) письмо «Re:» от Vera Belova <vera@example.org> в запрос 2',
  );
  // What waits for an answer waits in the personal queue of whoever moved it into a new case.
  await page.keyboard.press('Alt+3');
  await expect(tab(desk, 'Персональная очередь (1)')).toBeVisible();
});

test('[E-26/in-place] the service of a case in hand is changed in place: it stays in hand, the unwritten answer begins anew, the history tells it', async ({
  admin,
  ready,
  server,
}) => {
  await mailService(admin, BOX);
  const other = await admin.call('POST', '/api/services', { name: 'Возвраты', channel: 'email' });
  await admin.call('PUT', `/api/services/${other.id}`, {
    ...other,
    email: { ...other.email, signature: { ru: 'Отдел возвратов', en: 'Отдел возвратов' } },
  });
  const team = (await admin.call('GET', '/api/teams')).items[0];
  await admin.call('PUT', `/api/teams/${team.id}`, { ...team, serviceIds: [...team.serviceIds, other.id] });
  const desk = await ready('anna');
  const { page } = desk;
  await page.keyboard.press('Alt+3');
  await deliver(server.smtp, BOX, { from: VERA, subject: 'Где мой багаж', text: 'Чемодан потерян.' });
  await row(desk, /Где мой багаж/).dblclick();
  const text = work(desk).getByRole('textbox', { name: 'Текст письма' });
  await expect(text).not.toContainText('Отдел возвратов');
  await work(desk).getByRole('button', { name: 'Сервис: Почта. Изменить' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Возвраты' })).toBeVisible();
  await page.getByRole('menuitem', { name: 'Возвраты' }).press('Enter');
  await expect(work(desk).getByRole('button', { name: 'Сервис: Возвраты. Изменить' })).toBeVisible();
  await expect(text).toContainText('Отдел возвратов');
  await expect(desk.rows()).toHaveCount(1);
  await work(desk).getByText('События', { exact: true }).click();
  await expect(history(desk)).toContainText('Почта → Возвраты');
});
