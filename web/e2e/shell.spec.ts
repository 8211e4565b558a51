import { test as withAdmin } from './agent';
import { expect } from './fixture';

const test = withAdmin;

test('[D-1] the state with the time in it; a click opens the choice of states', async ({ ready }) => {
  const desk = await ready('anna');
  await expect(desk.state().getByRole('timer')).toHaveText(/^\d\d:\d\d/);
  await desk.state().click();
  for (const name of ['Обед', 'Перерыв'])
    await expect(desk.page.getByRole('menuitem', { name })).toBeVisible();
  await desk.page.getByRole('menuitem', { name: 'Обед' }).click();
  await expect(desk.state()).toContainText('Не готов: Обед');
  await expect(desk.state().getByRole('timer')).toHaveText('00:01');
  await desk.choose('Готов');
});

test('[D-2/focus] [D-6] the bar shows the contact in focus, its controls act on it only, and wrap-up has its outcome there', async ({
  ready,
  server,
}) => {
  const desk = await ready('anna');
  await expect(desk.bar().getByRole('button', { name: 'Закончить' })).toHaveCount(0);
  await server.visitor().begin('Первый', 'раз');
  await desk.accept();
  await server.visitor().begin('Второй', 'два');
  await desk.offer().getByRole('button', { name: 'Открыть' }).click();
  await expect(desk.rows()).toHaveCount(2);
  await expect(desk.rows().first()).toContainText('Второй');
  await expect(desk.rows().first().getByRole('button')).toHaveAttribute('aria-current', 'true');
  await expect(desk.rows().last().getByRole('timer').first()).toHaveText(/^\d\d:\d\d/);
  await expect(desk.bar()).toContainText('Второй');
  await desk.rows().last().getByRole('button').click();
  await expect(desk.bar()).toContainText('Первый');
  await desk.bar().getByRole('button', { name: 'Закончить' }).click();
  await expect(desk.rows().last()).toContainText('Окончено');
  await expect(desk.rows().first()).not.toContainText('Окончено');
  await desk.bar().getByRole('combobox', { name: 'Статус разговора' }).click();
  await desk.page.getByRole('option').first().click();
  await desk.bar().getByRole('button', { name: 'Завершить' }).click();
  await expect(desk.rows()).toHaveCount(1);
  await expect(desk.rows()).toContainText('Второй');
});

test('[D-3] figures of the chosen service within a second, with my place in the team', async ({
  ready,
  server,
}) => {
  const desk = await ready('anna');
  const choose = async (service: string) => {
    await desk.bar().getByRole('combobox', { name: 'Сервис показателей' }).click();
    await desk.page.getByRole('option', { name: service }).click();
  };
  await choose('Продажи');
  await expect(desk.bar()).toContainText(/Обработано\s*0/);
  await server.visitor().begin('Мария', 'раз');
  await expect(desk.bar()).toContainText(/В очереди\s*[01]/);
  await desk.accept();
  await desk.page.keyboard.press('Alt+q');
  await desk.finish();
  await expect(desk.rows()).toHaveCount(0);
  await expect(desk.bar()).toContainText(/Обработано\s*1\s*\(1 из \d\)/, { timeout: 1_500 });
  await choose('Поддержка');
  await expect(desk.bar()).toContainText(/Обработано\s*0/);
});

test('[D-4/search] search finds my customers by a part of the name, others by the exact address, with their earlier contacts', async ({
  ready,
  server,
}) => {
  const desk = await ready('anna');
  await server.visitor().begin('Мария Смирнова', 'раз');
  await desk.accept();
  await desk.page.keyboard.press('Alt+q');
  await desk.finish();
  await expect(desk.rows()).toHaveCount(0);
  const stranger = server.visitor();
  await stranger.begin('Пётр Чужой', 'два');
  await desk.offer().getByRole('button', { name: 'Отклонить' }).click();

  await desk.page.getByRole('button', { name: 'Поиск контактов' }).click();
  const field = desk.page.getByRole('textbox', { name: 'Имя, телефон, адрес, номер или тема запроса' });
  await expect(field).toBeFocused();
  await field.fill('смирн');
  await desk.page.getByRole('button', { name: 'Мария Смирнова' }).click();
  const card = desk.page.getByRole('tabpanel', { name: 'Мария Смирнова' });
  await expect(card.getByRole('region', { name: 'История обращений' })).toContainText('Анна');

  await desk.page.keyboard.press('Alt+Shift+F');
  await field.fill('чужой');
  await expect(desk.page.getByText('Никто не найден')).toBeVisible();
  await field.fill(`${stranger.id}@example.com`);
  await expect(desk.page.getByRole('button', { name: 'Пётр Чужой' })).toBeVisible();
});

test('[D-4/settings] [C-5] [D-14] settings: text size, sounds and notifications take effect at once and are remembered', async ({
  ready,
}) => {
  const desk = await ready('anna');
  await desk.page.keyboard.press('Control+Comma');
  const window = desk.page.getByRole('dialog', { name: 'Настройки' });
  await window.getByText('Крупный').click();
  await expect(desk.page.locator('html')).toHaveAttribute('data-text-size', 'large');
  const messages = window.getByRole('switch', { name: /Звук сообщений/ });
  await messages.focus();
  await desk.page.keyboard.press('Space');
  await expect(messages).not.toBeChecked();
  await window.getByRole('slider', { name: 'Громкость звонка' }).press('Home');
  await expect(window.getByRole('region', { name: 'Уведомления' })).toContainText('Разрешены');
  await desk.page.keyboard.press('Escape');
  await expect(window).toHaveCount(0);
  const kept = await desk.page.evaluate(() => localStorage.getItem('parley.ringer'));
  expect(JSON.parse(kept ?? '').state).toMatchObject({ volume: 0, messages: false });
});

test('[D-5/badges] the rail: interactions open and close the list, badges count what is unread, pages by number', async ({
  ready,
  server,
}) => {
  const desk = await ready('anna');
  const rail = desk.page.getByRole('navigation', { name: 'Функции' });
  await expect(rail.getByRole('button')).toHaveText(['', '', '', '', '']);
  const names = await rail.getByRole('button').evaluateAll((all) => all.map((one) => one.ariaLabel));
  expect(names).toEqual(['Обращения', 'Клиент', 'Мои запросы', 'Контакты', 'Главная']);
  await server.visitor().begin('Первый', 'раз');
  await desk.accept();
  const other = server.visitor();
  await other.begin('Второй', 'два');
  await desk.offer().getByRole('button', { name: 'Принять' }).click();
  await other.say('ещё');
  await expect(rail.getByRole('button', { name: /Обращения, \d непрочитанн/ })).toBeVisible();
  const width = () => desk.page.getByRole('main').evaluate((one) => one.clientWidth);
  const before = await width();
  await desk.page.keyboard.press('Alt+1');
  await expect(desk.rows()).toHaveCount(0);
  expect(await width()).toBeGreaterThan(before + 200);
  await desk.page.keyboard.press('Alt+1');
  await expect(desk.rows()).toHaveCount(2);
  await desk.page.keyboard.press('Alt+5');
  await expect(desk.page.getByRole('tab', { name: 'Главная' })).toHaveAttribute('aria-selected', 'true');
});

test('[D-4/help] [M-3] help: the team’s pages in a new tab, and the shortcuts', async ({ ready, admin }) => {
  const { items } = await admin.call('GET', '/api/teams?limit=10');
  const helpLinks = [
    { title: { ru: 'Как оформить возврат', en: 'Refunds' }, url: 'https://help.example/refunds' },
  ];
  for (const team of items) await admin.call('PUT', `/api/teams/${team.id}`, { ...team, helpLinks });
  const { page } = await ready('anna');
  await page.getByRole('button', { name: 'Помощь' }).press('Enter');
  const link = page.getByRole('menuitem', { name: 'Как оформить возврат' });
  await expect(link).toHaveAttribute('href', 'https://help.example/refunds');
  await expect(link).toHaveAttribute('target', '_blank');
  await page.getByRole('menuitem', { name: 'Сочетания клавиш' }).click();
  await expect(page.getByRole('dialog', { name: 'Сочетания клавиш' })).toBeVisible();
});

test('[D-10] home follows the day, and shows the team’s start page when one is set', async ({
  ready,
  server,
  admin,
}) => {
  const desk = await ready('anna');
  const figures = desk.page.getByRole('table').filter({ hasText: 'Обработано' });
  await expect(figures.getByRole('row', { name: /Обработано/ })).toContainText('0');
  await server.visitor().begin('Мария', 'раз');
  await desk.accept();
  await desk.page.keyboard.press('Alt+q');
  await desk.outcome().getByRole('combobox', { name: 'Статус разговора' }).click();
  const chosen = desk.page.getByRole('option').first();
  const name = (await chosen.textContent()) ?? '';
  await chosen.click();
  await desk.finish();
  await expect(figures.getByRole('row', { name: /Обработано/ })).toContainText('1');
  const home = desk.page.getByRole('tabpanel', { name: 'Главная' });
  await expect(home.getByRole('listitem').filter({ hasText: name })).toContainText('1');

  const { items } = await admin.call('GET', '/api/teams?limit=10');
  for (const team of items)
    await admin.call('PUT', `/api/teams/${team.id}`, { ...team, startPage: server.url('shop', '/') });
  await desk.page.getByRole('tab', { name: 'Добро пожаловать' }).click();
  await expect(
    desk.page.frameLocator('iframe[title="Добро пожаловать"]').locator('h1').first(),
  ).toBeVisible();
  await expect(desk.page.getByRole('link', { name: 'Открыть в новой вкладке' })).toHaveAttribute(
    'href',
    server.url('shop', '/'),
  );
});
