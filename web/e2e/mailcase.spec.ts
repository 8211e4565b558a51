// What can be done with a case from a mail's window beside answering, and what follows an answer.

import { test } from './agent';
import { type Desk, expect } from './fixture';
import { deliver, mailService, text, work } from './mailing';
import { photo } from './photo';

const BOX = 'shop@parley.test';
const VERA = 'Vera Belova <vera@example.org>';
const list = (desk: Desk) => desk.page.getByRole('listbox', { name: 'Письма в очереди' }).getByRole('option');
const tab = (desk: Desk, name: string) => desk.page.getByRole('tab', { name });
const offer = (desk: Desk) => desk.page.getByRole('region', { name: /^Письмо: / });

async function answer(desk: Desk): Promise<void> {
  await offer(desk).getByRole('button', { name: 'Ответить' }).click();
  await expect(text(desk)).toBeVisible();
}

test('[E-20/comment] [E-25/desk] a comment on the case is written in the mail’s window, survives other tabs and a reload, and stands in the history', async ({
  admin,
  ready,
  server,
}) => {
  await mailService(admin, BOX, { push: true });
  const desk = await ready('anna');
  const { page } = desk;
  await deliver(server.smtp, BOX, { from: VERA, subject: 'Где мой багаж', text: 'Чемодан потерян.' });
  await answer(desk);
  const history = work(desk).getByRole('region', { name: 'История запроса' });
  const note = work(desk).getByRole('textbox', { name: 'Комментарий к запросу' });
  await work(desk).getByRole('button', { name: 'Добавить комментарий к запросу' }).press('Enter');
  await expect(note).toBeFocused();
  await page.keyboard.type('Клиентка звонила');
  await photo(page, 'note');
  await tab(desk, 'Главная').click();
  await tab(desk, 'Запрос 1').click();
  await expect(note).toHaveValue('Клиентка звонила');
  await page.reload();
  await expect(note).toHaveValue('Клиентка звонила');

  // What could not be saved stays.
  await page.route('**/api/cases/*/notes', (route) => route.abort());
  await note.press('Control+Enter');
  await expect(desk.alert(/сервер|сет/i).first()).toBeVisible();
  await expect(note).toHaveValue('Клиентка звонила');
  await page.unroute('**/api/cases/*/notes');

  // In the comment the keys are the comment's: no mail goes.
  await note.press('End');
  await page.keyboard.type(' дважды.');
  await page.keyboard.press('Control+Enter');
  await expect(history).toContainText('Анна Белова оставил(а) заметку');
  await expect(history).toContainText('Клиентка звонила дважды.');
  await expect(note).toHaveCount(0);
  await expect(work(desk).getByRole('button', { name: 'Добавить комментарий к запросу' })).toBeFocused();
  await expect(text(desk)).toBeVisible();
  expect(server.relay.mails).toEqual([]);
  await photo(page, 'noted');
  await work(desk).getByRole('button', { name: 'Добавить комментарий к запросу' }).click();
  await page.keyboard.press('Escape');
  await expect(note).toHaveCount(0);
});

test('[E-20/link] a case’s link is copied and opens it for a colleague after sign-in; one that leads nowhere says so', async ({
  admin,
  open,
  ready,
  server,
}) => {
  test.setTimeout(120_000); // two desks
  await mailService(admin, BOX, { push: true });
  const anna = await ready('anna');
  await deliver(server.smtp, BOX, { from: VERA, subject: 'Где мой багаж', text: 'Чемодан потерян.' });
  await answer(anna);
  await anna.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await photo(anna.page, 'head');
  await work(anna).getByRole('button', { name: 'Скопировать ссылку' }).click();
  await expect(anna.page.getByText('Ссылка на запрос скопирована')).toBeVisible();
  const link = new URL(await anna.page.evaluate(() => navigator.clipboard.readText()));
  expect(link.pathname).toBe('/agentdesktop');

  const boris = await open('boris', link.pathname + link.search);
  await boris.signIn('boris');
  await boris.startShift();
  await expect(tab(boris, 'Запрос 1')).toHaveAttribute('aria-selected', 'true');
  const seen = boris.page.getByRole('region', { name: 'Просмотр' });
  await expect(seen.getByRole('heading')).toContainText('Где мой багаж');
  await expect(seen).toContainText('В работе: Анна Белова');
  await photo(boris.page, 'linked');
  expect(new URL(boris.page.url()).search).toBe(''); // followed once
  await seen.getByRole('button', { name: 'Скопировать ссылку' }).press('Enter');

  await boris.page.goto(server.url('boris', '/agentdesktop?case=nowhere'));
  await expect(boris.page.getByText('Запрос не открыть')).toBeVisible();
  await expect(boris.page.getByText('Ссылка ведёт на запрос, которого нет')).toBeVisible();
  await expect(boris.state()).toBeVisible();
  await photo(boris.page, 'nowhere');
});

test('[E-30/proposed] [E-30/before] after «Отправить и закрыть» the only closing disposition is proposed; what was chosen before stays', async ({
  admin,
  ready,
  server,
}) => {
  const service = await mailService(admin, BOX, { push: true });
  const all = (await admin.call('GET', '/api/dispositions')).items as { id: string; code: string }[];
  const { version } = await admin.call('GET', `/api/services/${service}`);
  const dispositionIds = ['resolved', 'more_information', 'spam'].map(
    (code) => all.find((one) => one.code === code)?.id,
  );
  await admin.call('PUT', `/api/services/${service}`, { version, dispositionIds });
  const desk = await ready('anna');
  const { page } = desk;
  const chosen = () => desk.outcome().getByRole('combobox');
  const send = async (subject: string) => {
    await deliver(server.smtp, BOX, { from: VERA, subject, text: 'Чемодан потерян.' });
    await answer(desk);
    await page.keyboard.press('Alt+m');
    await page.keyboard.type('Нашли.');
  };

  await send('Где мой багаж');
  await page.keyboard.press('Control+Enter');
  await expect(chosen()).toHaveValue('Вопрос решён');
  await photo(page, 'proposed');
  await desk.finish();
  await expect(desk.rows()).toHaveCount(0);

  await send('Где моя шляпа');
  await desk.outcome().getByRole('button', { name: 'Статус и комментарий' }).click();
  await chosen().click();
  await page.getByRole('option', { name: 'Требуется доп. информация' }).click();
  await page.keyboard.press('Control+Enter');
  await expect(desk.outcome().getByRole('button', { name: 'Завершить' })).toBeVisible();
  await expect(chosen()).toHaveValue('Требуется доп. информация');
});

test('[E-13/all] everything in the queue is chosen at once and taken', async ({ admin, ready, server }) => {
  await mailService(admin, BOX);
  const desk = await ready('anna');
  const { page } = desk;
  for (const subject of ['Первое', 'Второе', 'Третье'])
    await deliver(server.smtp, BOX, { from: VERA, subject, text: 'Прошу ответить.' });
  await page.keyboard.press('Alt+3');
  await expect(list(desk)).toHaveCount(3);
  await page.getByRole('checkbox', { name: 'Выбрать все' }).click();
  await expect(page.getByText('Выбрано: 3')).toBeVisible();
  for (const row of await list(desk).all()) await expect(row).toHaveAttribute('aria-selected', 'true');
  // One that comes meanwhile is in the queue, and so among all.
  await deliver(server.smtp, BOX, { from: VERA, subject: 'Четвёртое', text: 'Прошу ответить.' });
  await expect(page.getByText('Выбрано: 4')).toBeVisible();
  await page.getByRole('toolbar', { name: 'Мои запросы' }).getByRole('button', { name: 'Забрать' }).click();
  await expect(page.getByText('4 письма в вашей персональной очереди')).toBeVisible();
  await expect(list(desk)).toHaveCount(0);
  await tab(desk, 'Персональная очередь (4)').click();
  await expect(list(desk)).toHaveCount(4);
});

test('[E-10/overdue] a queue with a mail over its service level has an orange mark, at the tab and at the rail', async ({
  admin,
  ready,
  server,
}) => {
  test.setTimeout(120_000);
  const service = await mailService(admin, BOX);
  const { version } = await admin.call('GET', `/api/services/${service}`);
  await admin.call('PUT', `/api/services/${service}`, { version, slSeconds: 2 });
  const desk = await ready('anna');
  const { page } = desk;
  await page.keyboard.press('Alt+3');
  const team = tab(desk, 'Групповая очередь (1)');
  await deliver(server.smtp, BOX, { from: VERA, subject: 'Где мой багаж', text: 'Чемодан потерян.' });
  await expect(team).toBeVisible();
  await expect(list(desk).first().getByRole('img', { name: 'Дольше SL' })).toBeVisible();
  // Nothing happens any more: the desk looks again by itself.
  const mark = team.getByRole('img', { name: 'Есть письма, которые ждут дольше SL' });
  await expect(mark).toBeVisible({ timeout: 45_000 });
  await expect(mark).toHaveCSS('background-color', 'rgb(240, 138, 36)');
  await photo(page, 'overdue');
  await list(desk).first().locator('[data-choose]').click();
  await page.getByRole('toolbar', { name: 'Мои запросы' }).getByRole('button', { name: 'Забрать' }).click();
  const personal = tab(desk, 'Персональная очередь (1)');
  await expect(personal.getByRole('img', { name: 'Есть письма, которые ждут дольше SL' })).toBeVisible();
  await expect(tab(desk, 'Групповая очередь (0)').getByRole('img')).toHaveCount(0);
});
