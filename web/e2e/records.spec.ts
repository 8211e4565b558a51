import type { Page } from '@playwright/test';
import { type Desk, expect, test } from './fixture';

const panel = (page: Page) => page.getByRole('region', { name: /Мария/ });

/** A chat that Anna took and answered and the customer ended. */
async function handled(
  ready: (login: string) => Promise<Desk>,
  server: { visitor(): { begin(name: string, text: string): Promise<void>; end(): Promise<unknown> } },
): Promise<Desk> {
  const anna = await ready('anna');
  const customer = server.visitor();
  await customer.begin('Мария Смирнова', 'Не проходит оплата');
  await anna.accept();
  await anna.field().fill('Сейчас посмотрю.');
  await anna.field().press('Enter');
  await expect(anna.log()).toContainText('Сейчас посмотрю.');
  await customer.end();
  return anna;
}

async function records(open: (login: string, path?: string) => Promise<Desk>, query = ''): Promise<Page> {
  const desk = await open('supervisor', `/records${query}`);
  await desk.signIn('supervisor');
  await expect(desk.page.getByRole('table', { name: 'Журнал обращений' })).toBeVisible();
  return desk.page;
}

test('[R-30] [S-7] a record tells its course: times, who, how it ended and by whom, and what was written', async ({
  open,
  ready,
  server,
}) => {
  await handled(ready, server);
  const page = await records(open);
  const line = page.getByRole('row').filter({ hasText: 'Мария Смирнова' });
  await expect(line).toContainText('Анна Белова');
  await expect(line).toContainText('Клиент');
  await line.click();
  await expect(page).toHaveURL(/id=/);
  await expect(panel(page)).toContainText('завершил: Клиент');
  await expect(panel(page)).toContainText('Анна Белова: принято');
  await expect(panel(page)).toContainText('Разговор');
  await panel(page).getByText('Переписка', { exact: true }).click();
  await expect(page.getByRole('log')).toContainText('Не проходит оплата');
  await expect(page.getByRole('log')).toContainText('Сейчас посмотрю.');
  await page.reload();
  await expect(panel(page)).toBeVisible();
  await panel(page).press('Escape');
  await expect(panel(page)).toHaveCount(0);
});

test('[B-4/explanation] why this agent: who was chosen, who was not and why, in sentences', async ({
  open,
  ready,
  server,
}) => {
  const boris = await open('boris');
  await boris.signIn('boris');
  await boris.startShift();
  await handled(ready, server);
  const page = await records(open);
  await page.getByRole('row').filter({ hasText: 'Мария Смирнова' }).click();
  await panel(page).getByText('Почему этот оператор', { exact: true }).click();
  await expect(panel(page)).toContainText('Предложено оператору: Анна Белова');
  await expect(panel(page)).toContainText('Выбран: Анна Белова');
  await expect(panel(page).getByText('Борис Котов: не готов')).toBeVisible();
  await expect(panel(page)).toContainText('Обращение в работе у оператора: Анна Белова');
});

test('[R-30/filters] filters narrow the list and stand in the address', async ({ open, ready, server }) => {
  await handled(ready, server);
  const page = await records(open);
  const line = page.getByRole('row').filter({ hasText: 'Мария Смирнова' });
  await expect(line).toHaveCount(1);
  await page.getByRole('combobox', { name: 'Период' }).click();
  await page.getByRole('option', { name: 'Вчера' }).click();
  await expect(line).toHaveCount(0);
  await expect(page.getByText('Подходящих записей нет')).toBeVisible();
  expect(page.url()).toContain('period=yesterday');
  await page.getByRole('button', { name: 'Сбросить фильтры' }).click();
  await expect(line).toHaveCount(1);
  await page.getByLabel('Фильтр списка').fill('ольга');
  await expect(line).toHaveCount(0);
  await page.getByLabel('Фильтр списка').fill('смирн');
  await expect(line).toHaveCount(1);
  await page.getByRole('combobox', { name: 'Чем закончилось' }).click();
  await page.getByRole('option', { name: 'Клиент ушёл' }).click();
  await expect(line).toHaveCount(0);
});
