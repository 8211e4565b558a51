// Chat, call and mail on one desk, and the supervisor's tables over them: what may
// come on top of what, in which order it comes, and what is seen of it meanwhile.

import type { Locator, Page } from '@playwright/test';
import { AGENT, answer, CUSTOMER, expect, hears, ringing, test } from './answering';
import type { Desk } from './fixture';
import { deliver, mailService } from './mailing';

const BOX = 'shop@parley.test';
const mailOffer = (desk: Desk) => desk.page.getByRole('region', { name: /^Письмо: / });
const mailWork = (desk: Desk) => desk.page.getByRole('region', { name: 'Работа с письмом' });
const row = (page: Page, kind: string) =>
  page.getByRole('row').filter({ has: page.getByRole('img', { name: kind, exact: true }) });

/** The time of the state goes on, and is about as long as the state lasts. */
async function runs(line: Locator): Promise<void> {
  const timer = line.getByRole('timer').first();
  const seconds = async () => {
    const [min, sec] = (await timer.innerText()).split(':').slice(-2).map(Number);
    return Number(min) * 60 + Number(sec);
  };
  const before = await seconds();
  expect(before).toBeLessThan(60);
  await expect.poll(seconds).toBeGreaterThan(before);
}

test('[B-1] [S-9] [R-4] a call comes on top of a chat while a mail waits until the agent is free; chat and call come on top of the mail; the supervisor sees all three, and so do the records', async ({
  admin,
  answering,
  caller,
  open,
  server,
}) => {
  test.setTimeout(120_000); // two desks, two calls
  await mailService(admin, BOX, { push: true });
  const boss = await open('supervisor', '/supervise?tab=contacts');
  await boss.signIn('supervisor');
  const { page } = boss;
  await expect(page.getByText('Сейчас обращений нет')).toBeVisible();
  const anna = await answering('anna');

  // A chat in hand, a call on top of it; the mail wants the whole agent.
  const maria = server.visitor();
  await maria.begin('Мария', 'Не проходит оплата');
  await anna.accept();
  await expect(row(page, 'Чат')).toContainText('Мария');
  await expect(row(page, 'Чат')).toContainText('В работе');
  await expect(row(page, 'Чат')).toContainText('Анна Белова');
  const first = await caller();
  await first.call(CUSTOMER);
  await expect(ringing(anna)).toBeVisible();
  await expect(row(page, 'Входящий звонок')).toContainText('Предложено');
  await answer(anna);
  await hears(first.page, AGENT);
  await deliver(server.smtp, BOX, {
    from: 'Vera <vera@example.org>',
    subject: 'Где мой багаж',
    text: 'Ищу.',
  });
  await expect(row(page, 'Входящий звонок')).toContainText('В работе');
  await expect(row(page, 'Письмо')).toContainText('Vera');
  await expect(row(page, 'Письмо')).toContainText('Почта');
  await expect(row(page, 'Письмо')).toContainText('Ждёт');
  for (const kind of ['Чат', 'Входящий звонок', 'Письмо']) await runs(row(page, kind));
  await page.getByRole('tab', { name: 'Сервисы' }).click();
  const service = page.getByRole('row').filter({ hasText: 'Почта' });
  await expect(service.getByRole('timer')).toBeVisible(); // the longest wait
  await expect(service.getByRole('cell').nth(3)).toHaveText('1');
  await page.getByRole('tab', { name: 'Обращения' }).click();

  // The call is over: half a capacity is free, and the mail still waits.
  await first.hangUp();
  await anna.finish();
  await expect(row(page, 'Входящий звонок')).toHaveCount(0);
  await expect(row(page, 'Письмо')).toContainText('Ждёт');
  await expect(mailOffer(anna)).toHaveCount(0);
  await maria.end();
  await anna.finish();
  await expect(mailOffer(anna)).toContainText('Где мой багаж');
  await expect(row(page, 'Письмо')).toContainText('Предложено');
  await mailOffer(anna).getByRole('button', { name: 'Ответить' }).click();
  await expect(mailWork(anna)).toBeVisible();

  // With the mail in hand a chat comes, and a call on top of both.
  await server.visitor().begin('Пётр', 'Есть размер M?');
  await expect(anna.offer()).toContainText('Пётр');
  await anna.offer().getByRole('button', { name: 'Открыть' }).click();
  await anna.say('Проверяю');
  const second = await caller();
  await second.call(CUSTOMER);
  await answer(anna);
  await hears(second.page, AGENT);
  await expect(anna.rows()).toHaveCount(3);
  await page.getByRole('tab', { name: 'Операторы' }).click();
  const line = page.getByRole('row').filter({ hasText: 'Анна Белова' }).first();
  await expect(line).toContainText('Занят');
  await line.getByRole('button', { name: 'Подробности' }).click();
  const contacts = page.getByRole('list', { name: /^Обращения в работе: Анна/ }).getByRole('listitem');
  await expect(contacts).toHaveCount(3);
  for (const kind of ['Чат', 'Входящий звонок', 'Письмо']) {
    const one = contacts.filter({ has: page.getByRole('img', { name: kind, exact: true }) });
    await expect(one).toContainText('В работе');
    await runs(one);
  }

  // The mail's words are still there when the others are done.
  await second.hangUp();
  await anna.finish();
  await anna.rows().filter({ hasText: 'Vera' }).click();
  await mailWork(anna).getByRole('textbox', { name: 'Текст письма' }).click();
  await anna.page.keyboard.type('Багаж найден.');
  await anna.page.keyboard.press('Control+Enter');
  await expect.poll(() => server.relay.mails.length).toBe(1);
  await expect(contacts.filter({ hasText: 'Оформляется' })).toContainText('Vera');

  await page.goto(server.url('supervisor', '/records'));
  const table = page.getByRole('table', { name: 'Журнал обращений' });
  await expect(table).toBeVisible();
  await expect(row(page, 'Чат')).toHaveCount(2);
  await expect(row(page, 'Входящий звонок')).toHaveCount(2);
  await expect(row(page, 'Письмо')).toHaveCount(1);
  for (const kind of ['Чат', 'Входящий звонок', 'Письмо'])
    for (const one of await row(page, kind).all()) await expect(one).toContainText('Анна Белова');
});
