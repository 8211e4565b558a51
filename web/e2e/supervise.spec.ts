import type { Page } from '@playwright/test';
import { type Desk, expect, test } from './fixture';

const table = (page: Page, name: string) => page.getByRole('table', { name });
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

async function supervisor(open: (login: string, path?: string) => Promise<Desk>, tab: string): Promise<Page> {
  const { page } = await open('supervisor', `/supervise?tab=${tab}`).then(async (desk) => {
    await desk.signIn('supervisor');
    return desk;
  });
  await expect(page.getByRole('tab', { selected: true })).toBeVisible();
  return page;
}

test('[R-2] [R-3] agents appear, change and unfold to their contacts within a second', async ({
  open,
  ready,
  server,
}) => {
  const page = await supervisor(open, 'agents');
  await expect(page.getByText('Никого нет на смене')).toBeVisible();
  const anna = await ready('anna');
  const line = row(page, 'Анна Белова').first();
  await expect(line).toContainText('Готов');
  await expect(line.getByRole('timer').first()).toBeVisible();

  await server.visitor().begin('Мария Смирнова', 'Не проходит оплата');
  await expect(line).toContainText('Звонок');
  await anna.accept();
  await expect(line).toContainText('Занят', { timeout: 1_500 });
  await expect(line).toContainText('25 %');
  await line.getByRole('button', { name: 'Подробности' }).click();
  const contacts = page.getByRole('list', { name: /^Обращения в работе: Анна/ });
  await expect(contacts.getByRole('listitem')).toHaveCount(1);
  await expect(contacts).toContainText('Мария Смирнова');
  await expect(contacts).toContainText('Продажи');
});

test('[R-2] chosen columns, order and filter stay, in the address and without it', async ({
  open,
  ready,
  server,
}) => {
  await ready('anna');
  await ready('boris');
  const page = await supervisor(open, 'agents');
  await expect(row(page, 'Борис')).toHaveCount(1);
  await page.getByRole('button', { name: 'Столбцы' }).click();
  await page.getByRole('checkbox', { name: 'Перерывы' }).check();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Оператор', exact: true }).click();
  await page.getByRole('button', { name: 'Оператор', exact: true }).click();
  await expect(page.getByRole('columnheader', { name: /Оператор/ })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
  await expect(page.getByRole('row').nth(1)).toContainText('Борис');
  await page.getByLabel('Фильтр списка').fill('Анна');
  await expect(row(page, 'Борис')).toHaveCount(0);
  await page.reload();
  await expect(page.getByLabel('Фильтр списка')).toHaveValue('Анна');
  await page.goto(server.url('supervisor', '/supervise?tab=agents'));
  await expect(page.getByRole('columnheader', { name: /Перерывы/ })).toBeVisible();
});

test('[R-4/waiting] a service counts who waits, with a running time; the contact is in the list', async ({
  open,
  server,
}) => {
  const page = await supervisor(open, 'services');
  const sales = row(page, 'Продажи');
  await expect(sales).toBeVisible();
  await server.visitor().begin('Пётр', 'Есть кто-нибудь?');
  await expect(sales.getByRole('timer')).toBeVisible();
  const before = await sales.getByRole('timer').innerText();
  await expect.poll(() => sales.getByRole('timer').innerText()).not.toBe(before);
  await page.getByRole('tab', { name: 'Обращения' }).click();
  const contact = row(page, 'Пётр');
  await expect(contact).toContainText('Ждёт');
  await expect(contact).toContainText('Продажи');
});

test('[R-5/definitions] every figure says what it counts, in the words of the server', async ({ open }) => {
  const page = await supervisor(open, 'services');
  await page.getByRole('button', { name: 'Что значит «SL за день»?' }).click();
  await expect(page.getByText(/Принятые в пределах порога ÷/)).toBeVisible();
  await page.keyboard.press('Escape');
  const figures = table(page, 'Сервисы').getByRole('columnheader');
  const plain = await figures
    .filter({ hasNot: page.getByRole('button', { name: /^Что значит/ }) })
    .allInnerTexts();
  expect(plain).toEqual(['Сервис']);
});

test('[R-7/force] a state is set by keyboard; during a contact it is pending', async ({
  open,
  ready,
  server,
}) => {
  const anna = await ready('anna');
  const page = await supervisor(open, 'agents');
  const line = row(page, 'Анна Белова').first();
  await line.click();
  await page.keyboard.press('Alt+Shift+KeyS');
  const ask = page.getByRole('dialog');
  await ask.getByLabel('Не готов: Обед').check();
  await ask.getByRole('button', { name: 'Перевести' }).click();
  await expect(anna.state()).toContainText('Обед');
  await expect(line).toContainText('Обед');

  await anna.choose('Готов');
  await server.visitor().begin('Мария', 'Вопрос');
  await anna.accept();
  await expect(line).toContainText('Занят');
  await line.getByRole('button', { name: 'Действия: Анна Белова' }).click();
  await page.getByRole('menuitem', { name: 'Перевести в состояние…' }).click();
  await expect(ask).toContainText('Состояние изменится после его завершения');
  await ask.getByLabel('Не готов: Перерыв').check();
  await ask.getByRole('button', { name: 'Перевести' }).click();
  await expect(line).toContainText('затем: Не готов');
});

test('[R-7/sign-out] [D-11] a session with a contact in hand ends only after a second question', async ({
  open,
  ready,
  server,
}) => {
  const anna = await ready('anna');
  await server.visitor().begin('Мария', 'Вопрос');
  await anna.accept();
  const page = await supervisor(open, 'agents');
  const line = row(page, 'Анна Белова').first();
  await line.click();
  const end = page.getByRole('button', { name: 'Завершить сеанс…' });
  await end.press('Enter');
  const ask = page.getByRole('dialog');
  await expect(ask).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(end).toBeFocused(); // the window's first time, and it is taken away at once
  await end.press('Enter');
  await ask.getByRole('button', { name: 'Завершить сеанс' }).click();
  await expect(ask).toContainText('Клиенты вернутся в очередь');
  await expect(line).toContainText('Занят');
  await ask.getByRole('button', { name: 'Всё равно завершить' }).click();
  await expect(anna.page).toHaveURL(/\/login/);
  await expect(line).toHaveCount(0);
  await page.getByRole('tab', { name: 'Обращения' }).click();
  await expect(row(page, 'Мария')).toContainText('Ждёт');
});

test('[R-22] a lost connection is seen, and the tables come back by themselves', async ({
  open,
  ready,
  server,
}) => {
  await ready('anna');
  const page = await supervisor(open, 'agents');
  await expect(row(page, 'Анна Белова')).toHaveCount(1);
  await server.stop();
  await expect(page.getByText('PAR-1007').first()).toBeVisible();
  await server.start();
  await expect(page.getByText('PAR-1007')).toHaveCount(0, { timeout: 30_000 });
  await expect(page.getByRole('tab', { name: 'Операторы' })).toBeVisible();
});

test('[R-1] a supervisor’s shift begins in Supervising: no contact comes until Ready is chosen', async ({
  open,
  server,
}) => {
  const boss = await open('supervisor', '/agentdesktop');
  await boss.signIn('supervisor');
  await boss.startShift();
  await expect(boss.state()).toContainText('Супервизор');
  const customer = server.visitor();
  await customer.begin('Мария', 'Есть кто-нибудь?');
  // Parley has answered that somebody will come: the floor has had its turn.
  await expect.poll(async () => (await customer.messages()).length).toBeGreaterThan(1);
  await expect(boss.offer()).toHaveCount(0);
  await boss.choose('Готов');
  await boss.accept();
  await boss.say('Слушаю вас');
});
