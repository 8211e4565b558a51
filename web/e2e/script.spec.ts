// Markup and script that a customer or an agent writes is text on every screen.

import type { Page } from '@playwright/test';
import { expect, test } from './fixture';

const RUN = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>';
const NAME = `Мария ${RUN}`;

/** Nothing that was written has run, and none of it became part of the page. */
async function harmless(page: Page): Promise<void> {
  expect(await page.evaluate(() => (window as unknown as { ran?: number }).ran)).toBeUndefined();
  await expect(page.locator('img[src="x"]')).toHaveCount(0);
}

test('[C-6/script] [R-2] [R-30] script in a name, a message and a page’s title is shown as it was written: widget, desk, live table, records', async ({
  page: customer,
  open,
  ready,
  server,
}) => {
  const anna = await ready('anna');
  const boss = await open('supervisor', '/supervise?tab=agents');
  await boss.signIn('supervisor');

  await customer.goto(server.url('shop'));
  await customer.evaluate((title) => {
    document.title = title;
  }, NAME);
  await customer.locator('.launcher').click();
  await customer.getByLabel('Ваше имя').fill(NAME);
  await customer.getByLabel('Ваш вопрос').fill(`Вопрос ${RUN}`);
  await customer.getByRole('button', { name: 'Начать чат' }).click();
  await expect(customer.getByRole('log')).toContainText(`Вопрос ${RUN}`);

  await expect(anna.offer()).toContainText('<img src=x');
  await harmless(anna.page);
  await anna.accept();
  await expect(anna.log()).toContainText(`Вопрос ${RUN}`);
  await expect(anna.rows().first()).toContainText('<img src=x');
  await anna.say(`Ответ ${RUN}`);
  await expect(customer.getByRole('log')).toContainText(`Ответ ${RUN}`);
  await harmless(customer);
  await harmless(anna.page);

  const line = boss.page.getByRole('row').filter({ hasText: 'Анна Белова' }).first();
  await line.getByRole('button', { name: 'Подробности' }).click();
  await expect(boss.page.getByRole('list', { name: /^Обращения в работе: Анна/ })).toContainText(
    '<img src=x',
  );
  await harmless(boss.page);

  await boss.page.goto(server.url('supervisor', '/records'));
  await boss.page.getByRole('row').filter({ hasText: '<img src=x' }).click();
  await boss.page.getByRole('region', { name: /Мария/ }).getByText('Переписка', { exact: true }).click();
  await expect(boss.page.getByRole('log')).toContainText(`Вопрос ${RUN}`);
  await harmless(boss.page);
});
