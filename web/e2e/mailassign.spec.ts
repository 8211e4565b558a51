// A supervisor gives mails to agents and takes them back.

import { seriousIssues } from './accessible';
import { test } from './agent';
import { type Desk, expect } from './fixture';
import { deliver, mailService, saved, text } from './mailing';
import { photo } from './photo';

const BOX = 'shop@parley.test';
const VERA = 'Vera Belova <vera@example.org>';
const list = (desk: Desk) => desk.page.getByRole('listbox', { name: 'Письма в очереди' }).getByRole('option');
const tab = (desk: Desk, name: string) => desk.page.getByRole('tab', { name });
const tool = (desk: Desk, name: string) =>
  desk.page.getByRole('toolbar', { name: 'Мои запросы' }).getByRole('button', { name });

test('[R-7/assign] [E-6/assigned] a supervisor gives waiting mails to Anna, sees her queue, gives one to Boris and takes the other back', async ({
  admin,
  ready,
  server,
}) => {
  test.setTimeout(120_000); // two desks
  await mailService(admin, BOX);
  const boss = await ready('supervisor');
  const { page } = boss;
  for (const subject of ['Где мой багаж', 'Возврат билета', 'Реклама'])
    await deliver(server.smtp, BOX, { from: VERA, subject, text: 'Прошу ответить.' });
  await page.keyboard.press('Alt+3');
  await expect(list(boss)).toHaveCount(3);
  await expect(tool(boss, 'Назначить…')).toBeDisabled();

  // By keyboard: two mails chosen, the window opened, a name typed, Enter.
  const bag = list(boss).filter({ hasText: 'Где мой багаж' });
  await bag.focus();
  await page.keyboard.press('Space');
  await list(boss).filter({ hasText: 'Возврат билета' }).locator('[data-choose]').click();
  await page.keyboard.press('Alt+Shift+A');
  const window = page.getByRole('dialog', { name: 'Назначить 2 письма' });
  await expect(window.getByRole('option', { name: /Анна Белова/ })).toBeVisible();
  expect(await seriousIssues(page)).toEqual([]);
  await photo(page, 'assign');
  await expect(window.getByRole('button', { name: 'Выберите сотрудника' })).toBeDisabled();
  await page.keyboard.type('анна');
  await expect(window.getByRole('option')).toHaveCount(1);
  await expect(window.getByRole('button', { name: 'Назначить: Анна Белова' })).toBeEnabled();
  await page.keyboard.press('Enter');
  await expect(page.getByText('2 письма в персональной очереди: Анна Белова')).toBeVisible();
  await expect(list(boss)).toHaveCount(1);

  const anna = await ready('anna');
  await anna.page.keyboard.press('Alt+3');
  await tab(anna, 'Персональная очередь (2)').click();
  await expect(list(anna)).toHaveCount(2);
  await expect(anna.page.getByRole('button', { name: 'Назначить…' })).toHaveCount(0); // an agent has none of it
  await expect(anna.page.getByRole('combobox', { name: 'Чья персональная очередь' })).toHaveCount(0);

  // The supervisor looks into her queue, and into those of all.
  await tab(boss, 'Персональная очередь (0)').click();
  await expect(list(boss)).toHaveCount(0);
  const whose = page.getByRole('combobox', { name: 'Чья персональная очередь' });
  await whose.click();
  await page.getByRole('option', { name: 'Анна Белова (2)' }).click();
  await expect(list(boss)).toHaveCount(2);
  await bag.click();
  await expect(page.getByRole('region', { name: 'Просмотр' })).toContainText('Назначен на: Анна Белова');
  await expect(tool(boss, 'Открыть')).toBeDisabled();
  await list(boss).filter({ hasText: 'Возврат билета' }).click();
  await tool(boss, 'Назначить…').click();
  const again = page.getByRole('dialog', { name: 'Назначить 1 письмо' });
  await expect(again.getByRole('option', { name: /Анна Белова/ })).toHaveCount(0); // she has it
  await again.getByRole('option', { name: /Борис Котов/ }).click();
  await again.getByRole('button', { name: 'Назначить: Борис Котов' }).click();
  await expect(list(boss)).toHaveCount(1);
  await whose.click();
  await page.getByRole('option', { name: 'Все операторы моих групп (2)' }).click();
  await expect(list(boss)).toHaveCount(2);
  await expect(list(boss).filter({ hasText: 'Возврат билета' })).toContainText('Борис Котов');
  await photo(page, 'owners');

  // Taken back: it waits for the team, and its history names who did what.
  await bag.locator('[data-choose]').click();
  await tool(boss, 'Вернуть в общую очередь').click();
  await expect(list(boss)).toHaveCount(1);
  await tab(anna, 'Персональная очередь (0)').click();
  await expect(list(anna)).toHaveCount(0);
  await tab(anna, 'Групповая очередь (2)').click();
  await list(anna).filter({ hasText: 'Где мой багаж' }).click();
  const preview = anna.page.getByRole('region', { name: 'Просмотр' });
  await preview.getByText('События', { exact: true }).click();
  const history = preview.getByRole('region', { name: 'История запроса' });
  await expect(history).toContainText(/назначил\(а\): Анна Белова/);
  await expect(history).toContainText(/вернул\(а\) в групповую очередь/);
  await photo(anna.page, 'history');
});

test('[R-7/assign] what cannot be given is named, and the rest goes', async ({ admin, ready, server }) => {
  await mailService(admin, BOX);
  const boss = await ready('supervisor');
  const { page } = boss;
  for (const subject of ['Где мой багаж', 'Реклама'])
    await deliver(server.smtp, BOX, { from: VERA, subject, text: 'Прошу ответить.' });
  await page.keyboard.press('Alt+3');
  await expect(list(boss)).toHaveCount(2);
  await list(boss).first().locator('[data-choose]').click();
  await list(boss).last().locator('[data-choose]').click();
  await tool(boss, 'Назначить…').click();
  const window = page.getByRole('dialog', { name: 'Назначить 2 письма' });
  await window.getByRole('option', { name: /Анна Белова/ }).click();
  // Meanwhile one is thrown out of the queue; this desk doesn't hear of it.
  await page.route('**/api/mail-queue/assign', async (route) => {
    const { items } = await page.evaluate(async () => (await fetch('/api/mail-queue?place=team')).json());
    const spam = (await admin.call('GET', '/api/dispositions')).items.find(
      (one: { name: string }) => one.name === 'Спам',
    );
    const gone = items.find((one: { subject: string }) => one.subject === 'Реклама');
    await page.evaluate(
      ([segment, disposition]) =>
        fetch('/api/mail-queue/dispose', {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-parley': '1' },
          body: JSON.stringify({ segmentIds: [segment], dispositionId: disposition }),
        }),
      [gone.segmentId, spam.id],
    );
    await route.continue();
  });
  await window.getByRole('button', { name: 'Назначить: Анна Белова' }).click();
  await expect(page.getByText('1 письмо в персональной очереди: Анна Белова')).toBeVisible();
  await expect(page.getByText('1 письмо осталось как было')).toBeVisible();
  await expect(page.getByText(/Уже не в очередях: Реклама|Кто-то успел раньше: Реклама/)).toBeVisible();
  await photo(page, 'refused');
});

test('[R-7/assign] a mail goes out of an agent’s hands from the live tables: to somebody else, then back to its team', async ({
  admin,
  ready,
  server,
}) => {
  test.setTimeout(120_000); // three desks
  await mailService(admin, BOX);
  await deliver(server.smtp, BOX, { from: VERA, subject: 'Где мой багаж', text: 'Прошу ответить.' });
  const anna = await ready('anna');
  await anna.page.keyboard.press('Alt+3');
  await list(anna).first().click();
  await tool(anna, 'Открыть').click();
  await anna.page.getByRole('button', { name: 'Ответить', exact: true }).click();
  await expect(text(anna)).toContainText('Анна Белова'); // begun by the server, with the signature
  await anna.page.keyboard.press('Alt+m');
  await expect(text(anna)).toBeFocused();
  await anna.page.keyboard.type('Чемодан уже ');
  await expect(text(anna)).toContainText('Чемодан уже');
  await saved(anna);
  const boris = await ready('boris');

  const boss = await ready('supervisor');
  const { page } = boss;
  await page.goto(server.url('supervisor', '/supervise?tab=contacts'));
  const contact = page.getByRole('row').filter({ hasText: 'Vera Belova' });
  await expect(contact).toContainText('Анна Белова');
  await contact.click();
  await page.keyboard.press('Alt+Shift+A');
  const window = page.getByRole('dialog', { name: 'Назначить 1 письмо' });
  await expect(window.getByRole('option', { name: /Борис Котов/ })).toBeVisible();
  await expect(window.getByRole('option', { name: /Анна Белова/ })).toHaveCount(0); // she has it
  expect(await seriousIssues(page)).toEqual([]);
  await photo(page, 'inhand');
  await page.keyboard.type('борис');
  await page.keyboard.press('Enter');
  await expect(page.getByText('1 письмо в персональной очереди: Борис Котов')).toBeVisible();
  await expect(anna.page.getByRole('button', { name: 'Отправить и закрыть' })).toHaveCount(0);
  await expect(anna.page.getByText('Письмо забрал супервизор')).toBeVisible();
  await expect(anna.page.getByText('«Где мой багаж»: оно уже не у вас.')).toBeVisible();
  await photo(anna.page, 'inhand-gone');

  // He goes on with what she had written.
  await boris.page.keyboard.press('Alt+3');
  await tab(boris, 'Персональная очередь (1)').click();
  await list(boris).first().click();
  await tool(boris, 'Открыть').click();
  await expect(text(boris)).toContainText('Чемодан уже');

  await page.getByRole('tab', { name: 'Операторы' }).click();
  const line = page.getByRole('row').filter({ hasText: 'Борис Котов' }).first();
  await line.getByRole('button', { name: 'Подробности' }).click();
  await page.getByRole('button', { name: 'Действия: Vera Belova' }).click();
  await photo(page, 'inhand-menu');
  await page.getByRole('menuitem', { name: 'Вернуть в общую очередь' }).click();
  await expect(page.getByText('1 письмо снова в групповой очереди')).toBeVisible();
  await page.getByRole('tab', { name: 'Обращения' }).click();
  await expect(contact).toContainText('Ждёт'); // for somebody to take it
  await anna.page.keyboard.press('Alt+3');
  await tab(anna, 'Групповая очередь (1)').click();
  await expect(list(anna)).toHaveCount(1);
});
