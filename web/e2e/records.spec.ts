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

/** `02:41` and `1:02:41` in seconds. */
const seconds = (text: string) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

test('[R-30/activity] [S-7] what an agent did: each state with its reason, the same time as on the agent’s desk', async ({
  open,
  ready,
  server,
}) => {
  const anna = await ready('anna');
  await server.visitor().begin('Мария Смирнова', 'Не проходит оплата');
  await anna.accept();
  await anna.page.keyboard.press('Alt+q');
  await anna.finish();
  await anna.choose('Обед');
  await expect(anna.state()).toContainText('Обед');
  const page = await records(open);
  await page.getByRole('tab', { name: 'Обращения' }).press('ArrowRight');
  const table = page.getByRole('table', { name: 'Состояния операторов' });
  const person = page.getByRole('combobox', { name: 'Оператор' });
  await person.fill('Белова');
  await page.getByRole('option', { name: 'Анна Белова' }).click();
  await expect(table.getByRole('row', { name: /сейчас Анна Белова Не готов Обед/ })).toBeVisible();
  const states = await table.getByRole('row').allInnerTexts();
  const course = states.slice(1).map((line) => /Готов|Звонок|Занят|Постобработка|Не готов/.exec(line)?.[0]);
  expect(course).toEqual(['Не готов', 'Готов', 'Звонок', 'Занят', 'Постобработка', 'Готов', 'Не готов']);
  await expect(table.getByRole('row').nth(4)).toContainText('обращение принято');

  // The running time is the desk's own, and the sums are those of the rows.
  const here = table.getByRole('row').last().getByRole('timer');
  const there = anna.state().getByRole('timer');
  await expect
    .poll(async () => {
      const [a, b] = await Promise.all([here.innerText(), there.innerText()]);
      return Math.abs(seconds(a) - seconds(b));
    })
    .toBeLessThanOrEqual(1);
  const sums = page.getByRole('region', { name: 'Итоги за период' });
  await expect(sums).toContainText(/Не готов[\s\S]*Обед 00:/);

  // Days nobody worked, and a period that can't be added up, say so.
  await page.getByRole('combobox', { name: 'Период' }).click();
  await page.getByRole('option', { name: 'Вчера' }).click();
  await expect(page.getByText('В системе никого не было')).toBeVisible();
  await person.click();
  await page.getByRole('option', { name: 'Все операторы' }).click();
  await page.getByRole('combobox', { name: 'Период' }).click();
  await page.getByRole('option', { name: 'Последние 30 дней' }).click();
  await expect(page.getByText('Слишком длинный период')).toBeVisible();
  await page.getByRole('combobox', { name: 'Период' }).click();
  await page.getByRole('option', { name: 'Сегодня' }).click();
  await expect(table.getByRole('row', { name: /Анна Белова/ })).toHaveCount(7);
  expect(page.url()).toContain('tab=agents');
});
