import { test as withAdmin } from './agent';
import { expect, type Server } from './fixture';

const test = withAdmin;

interface Admin {
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server answers
  call: (method: string, path: string, body?: unknown) => Promise<any>;
}

/** Changes a setting of every service, or of every team, of the demo. */
async function set(admin: Admin, what: 'services' | 'teams', change: object): Promise<void> {
  const { items } = await admin.call('GET', `/api/${what}?limit=10`);
  for (const one of items) await admin.call('PUT', `/api/${what}/${one.id}`, { ...one, ...change });
}

async function begun(server: Server, name: string) {
  const customer = server.visitor();
  await customer.begin(name, 'Вопрос');
  return customer;
}

test('[S-1] [S-2] [S-6] [X-1] [X-2/PAR-2001] an offer nobody answers goes back, and a banner says why and since when', async ({
  ready,
  server,
  admin,
}) => {
  await set(admin, 'services', { offerSeconds: 5 });
  const desk = await ready('anna');
  await begun(server, 'Мария');
  await expect(desk.state()).toContainText('Звонок');
  await expect(desk.offer()).toHaveCount(0, { timeout: 8_000 });
  await expect(desk.state()).toContainText('Не отвечает');
  const banner = desk.alert('потому что не приняли вызов в');
  await expect(banner).toContainText(/\d\d:\d\d/);
  await expect(banner).toContainText('Перейдите в состояние «Готов»');
  await banner.getByRole('button', { name: 'Скрыть' }).click();
  await expect(banner).toHaveCount(0);
  await expect(desk.state()).toContainText('Не отвечает');
  await desk.choose('Готов');
  await expect(desk.state()).toContainText(/Готов|Звонок/);
});

test('[S-5] [X-2/PAR-2001] the banner calls the state as the centre does', async ({
  ready,
  server,
  admin,
}) => {
  await set(admin, 'services', { offerSeconds: 3 });
  const reason = await admin.call('GET', '/api/reasons/no_answer');
  await admin.call('PUT', '/api/reasons/no_answer', {
    ...reason,
    name: { ru: 'Пропустил клиента', en: 'Missed' },
  });
  const desk = await ready('anna');
  await begun(server, 'Мария');
  await expect(desk.alert('Вы переведены в состояние «Не готов: Пропустил клиента»')).toBeVisible();
  await expect(desk.state()).toContainText('Пропустил клиента');
});

test('[S-3] [S-4] busy until the last contact ends, then wrap-up, then ready; a row that ended keeps its own outcome', async ({
  ready,
  server,
  admin,
}) => {
  await set(admin, 'teams', { wrapup: { enabled: true, seconds: 0 } });
  const desk = await ready('anna');
  const first = await begun(server, 'Первый');
  await desk.accept();
  const second = await begun(server, 'Второй');
  await desk.offer().getByRole('button', { name: 'Открыть' }).click();
  await expect(desk.rows()).toHaveCount(2);
  await first.end();
  await expect(desk.rows().last()).toContainText('Окончено');
  await expect(desk.state()).toContainText('Занят');
  await second.end();
  await expect(desk.state()).toContainText('Постобработка');
  await expect(desk.outcome()).toContainText('Клиент завершил');
  await desk.finish();
  await expect(desk.rows()).toHaveCount(1);
  await expect(desk.state()).toContainText('Постобработка');
  await desk.finish();
  await expect(desk.rows()).toHaveCount(0);
  await expect(desk.state()).toContainText('Готов');
});

test('[S-4] [D-1] wrap-up counts down and ends by itself', async ({ ready, server, admin }) => {
  await set(admin, 'teams', { wrapup: { enabled: true, seconds: 4 } });
  const desk = await ready('anna');
  const customer = await begun(server, 'Мария');
  await desk.accept();
  await customer.end();
  await expect(desk.state()).toContainText('Постобработка');
  await expect(desk.state().getByRole('timer')).toHaveText(/00:0[0-4]/);
  await expect(desk.state()).toContainText('Готов', { timeout: 8_000 });
  await expect(desk.rows()).toHaveCount(0);
});

test('[S-5] not ready chosen while busy stops offers, shows as pending, and holds after the last contact', async ({
  ready,
  server,
}) => {
  const desk = await ready('anna');
  await begun(server, 'Мария');
  await desk.accept();
  await desk.choose('Обед');
  await expect(desk.state()).toContainText('Занят');
  await expect(desk.state()).toContainText('затем: Обед');
  await begun(server, 'Вторая');
  await desk.page.keyboard.press('Alt+q');
  await expect(desk.state()).toContainText('Постобработка');
  await desk.finish();
  await expect(desk.state()).toContainText('Не готов: Обед');
  await expect(desk.offer()).toHaveCount(0);
  await desk.choose('Готов');
  await expect(desk.offer()).toContainText('Вторая');
});

test('[A-5/asks] with a contact in hand nothing new comes, and the last finished one signs out', async ({
  ready,
  server,
}) => {
  const desk = await ready('anna');
  await begun(server, 'Мария');
  await desk.accept();
  await desk.page.getByRole('button', { name: 'Выйти' }).click();
  const ask = desk.page.getByRole('dialog');
  await expect(ask).toContainText('У вас ещё 1 обращение');
  await ask.getByRole('button', { name: 'Выйти' }).click();
  await expect(ask).toHaveCount(0);
  await expect(desk.state()).toContainText('затем: Не в системе');
  await begun(server, 'Вторая');
  await desk.say('Минуту');
  await expect(desk.offer()).toHaveCount(0);
  await desk.page.keyboard.press('Alt+q');
  await desk.finish();
  await expect(desk.page.getByLabel(/^Имя пользователя/)).toBeVisible();
});

test('[A-6/asks] [A-6/state] closing the tab asks; who comes back within 15 s has the same state and rows', async ({
  ready,
  server,
}) => {
  const desk = await ready('anna');
  await begun(server, 'Мария');
  await desk.accept();
  await desk.field().fill('половина');
  const asked = desk.page.waitForEvent('dialog');
  void desk.page.close({ runBeforeUnload: true });
  const question = await asked;
  expect(question.type()).toBe('beforeunload');
  await question.accept();
  const again = await desk.page.context().newPage();
  await again.goto(server.url('anna', '/agentdesktop'));
  await expect(again.getByTitle('Выбрать состояние')).toContainText('Занят');
  await expect(again.getByRole('textbox', { name: 'Сообщение' })).toHaveValue('половина');
});

test('[A-7] a supervisor signs an agent out, who reads by whom and when', async ({ ready, open }) => {
  const anna = await ready('anna');
  const boss = await open('supervisor', '/supervise?tab=agents');
  await boss.signIn('supervisor');
  await boss.page.getByRole('row').filter({ hasText: 'Анна Белова' }).first().click();
  await boss.page.getByRole('button', { name: 'Завершить сеанс…' }).click();
  await boss.page.getByRole('dialog').getByRole('button', { name: 'Завершить сеанс' }).click();
  await expect(anna.page).toHaveURL(/\/login/);
  await expect(anna.page.getByText(/Вы были отключены Вера Орлова в \d\d:\d\d/)).toBeVisible();
  await anna.signIn('anna');
  await expect(anna.page.getByRole('button', { name: 'Начать смену' })).toBeVisible();
});

test('[C-14] [X-2/PAR-2003] without a disposition where one is wanted the row stays, and the field is marked', async ({
  ready,
  server,
  admin,
}) => {
  await set(admin, 'services', { mandatoryDisposition: true });
  const desk = await ready('anna');
  const customer = await begun(server, 'Мария');
  await desk.accept();
  await customer.end();
  await desk.finish();
  const window = desk.page.getByRole('dialog');
  await expect(window).toContainText('Пожалуйста, выберите статус разговора и заполните требуемые поля');
  await expect(window).toContainText('PAR-2003');
  await desk.page.keyboard.press('Enter');
  await expect(window).toHaveCount(0);
  const field = desk.outcome().getByRole('combobox', { name: 'Статус разговора' });
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(desk.outcome()).toContainText('Заполните, чтобы завершить');
  await field.click();
  await desk.page.getByRole('option').first().click();
  await expect(field).not.toHaveAttribute('aria-invalid', 'true');
  await desk.finish();
  await expect(desk.rows()).toHaveCount(0);
});

test('[X-1] [X-4] [B-2] a server that restarts under the desk: said, then the true state without a reload', async ({
  ready,
  server,
}) => {
  const desk = await ready('anna');
  const customer = await begun(server, 'Мария');
  await desk.accept();
  await desk.field().fill('не потеряется');
  await server.stop('SIGKILL');
  await expect(desk.alert('Не удалось подключиться')).toBeVisible({ timeout: 5_000 });
  await server.start();
  await expect(desk.alert('Не удалось подключиться')).toHaveCount(0, { timeout: 20_000 });
  await customer.say('и это дойдёт');
  await expect(desk.log()).toContainText('и это дойдёт');
  await expect(desk.state()).toContainText('Занят');
  await expect(desk.field()).toHaveValue('не потеряется');
});
