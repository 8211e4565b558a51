import { expect, test } from './fixture';

test('[A-1] [A-2] one message for a wrong name or password; shift starts with a click', async ({ open }) => {
  const desk = await open('anna');
  await desk.signIn('anna', 'wrong');
  await expect(desk.page.getByRole('alert')).toContainText('Неверное имя пользователя или пароль.');
  await desk.signIn('nobody', 'wrong');
  await expect(desk.page.getByRole('alert')).toContainText('Неверное имя пользователя или пароль.');
  await desk.signIn('anna');
  await desk.page.getByRole('button', { name: 'Проверить микрофон' }).click();
  await expect(desk.page.getByRole('progressbar', { name: 'Уровень микрофона' })).toBeVisible();
  await desk.startShift();
  await expect(desk.state()).toContainText('Не готов');
});

test('[A-3] signing in by force ends the other session, which says why', async ({ open }) => {
  const first = await open('anna');
  await first.signIn('anna');
  await first.startShift();
  const second = await open('anna');
  await second.signIn('anna');
  await expect(second.page.getByRole('dialog')).toContainText('Войти принудительно?');
  await second.page.getByRole('button', { name: 'Войти здесь' }).click();
  await expect(
    first.page.getByText('Ваши данные использованы для входа в систему с другого компьютера'),
  ).toBeVisible();
  await expect(first.page).toHaveURL(/\/login/);
});

test('[A-5/asks] sign-out asks, and shows the sign-in form in the same tab', async ({ ready }) => {
  const desk = await ready('anna');
  await desk.page.getByRole('button', { name: 'Выйти' }).click();
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Выйти' }).click();
  await expect(desk.page.getByLabel(/^Имя пользователя/)).toBeVisible();
});

test('[A-6/state] [A-6/text] [C-7] reload keeps state, contact, and half-written text', async ({
  ready,
  server,
}) => {
  const desk = await ready('anna');
  await server.visitor().begin('Мария', 'Первое');
  await desk.accept();
  await desk.field().fill('наполовину написано');
  desk.page.on('dialog', (dialog) => void dialog.accept());
  await desk.page.reload();
  await expect(desk.field()).toHaveValue('наполовину написано');
  await expect(desk.state()).toContainText('Занят');
  await expect(desk.log()).toContainText('Первое');
});

test('[A-11] [D-14] language and theme change at once', async ({ ready }) => {
  const desk = await ready('anna');
  await desk.page.getByRole('button', { name: 'Настройки' }).click();
  await desk.page.getByText('Тёмная', { exact: true }).click();
  await expect(desk.page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await desk.page.getByText('English', { exact: true }).click();
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await expect(desk.page.getByRole('heading', { name: 'Active interactions' })).toBeVisible();
});

test('[C-1] [C-4] [C-6] a chat from offer to answer, with marks and the page', async ({ ready, server }) => {
  const desk = await ready('anna');
  const customer = server.visitor();
  await customer.begin('Мария Смирнова', 'Не проходит оплата');
  await expect(desk.offer()).toContainText('Мария Смирнова');
  await expect(desk.offer()).toContainText(`${customer.id}@example.com`);
  await desk.accept();
  await expect(desk.state()).toContainText('Занят');
  await expect(desk.log()).toContainText('До вашего подключения');
  await customer.goTo('Корзина');
  await expect(desk.page.getByRole('link', { name: 'Корзина' })).toBeVisible();

  await desk.field().fill('Проверяю');
  await desk.field().press('Enter');
  await expect(desk.log()).toContainText('Проверяю');
  await expect(desk.field()).toHaveValue('');
  await expect.poll(async () => (await customer.messages()).map((one) => one.text)).toContain('Проверяю');
  const said = (await customer.messages()).find((one) => one.text === 'Проверяю');
  await customer.read(said?.n ?? 0);
  await expect(desk.log().getByRole('img', { name: 'Прочитано' })).toBeVisible();
});

test('[C-2] [C-5] [C-7] a further offer: open takes the focus, accept leaves it', async ({
  ready,
  server,
}) => {
  const desk = await ready('anna');
  await server.visitor().begin('Первый', 'раз');
  await desk.accept();
  await desk.field().fill('черновик первого');
  const second = server.visitor();
  await second.begin('Второй', 'два');
  await expect(desk.offer().getByRole('button', { name: 'Открыть' })).toBeVisible();
  await desk.offer().getByRole('button', { name: 'Принять' }).click();
  await expect(desk.rows()).toHaveCount(2);
  await expect(desk.rows().first()).toContainText('Второй');
  await expect(desk.field()).toHaveValue('черновик первого');
  await second.say('ещё');
  await expect(
    desk
      .rows()
      .first()
      .getByRole('img', { name: /непрочитан/ }),
  ).toBeVisible();
  await desk.rows().first().getByRole('button').click();
  await expect(desk.log()).toContainText('ещё');
  await expect(desk.field()).toHaveValue('');
  await expect(
    desk
      .rows()
      .first()
      .getByRole('img', { name: /непрочитан/ }),
  ).toHaveCount(0);
  await desk.rows().last().getByRole('button').click();
  await expect(desk.field()).toHaveValue('черновик первого');
});

test('[C-3] [X-2/PAR-2000] a rejection says so, and Ready is one click away', async ({ ready, server }) => {
  const desk = await ready('anna');
  await server.visitor().begin('Мария', 'раз');
  await desk.offer().getByRole('button', { name: 'Отклонить' }).click();
  await expect(desk.offer()).toHaveCount(0);
  const banner = desk.page.getByRole('alert').filter({ hasText: 'отклонили обращение' });
  await expect(banner).toBeVisible();
  await banner.getByRole('button', { name: 'Готов' }).click();
  await expect(banner).toHaveCount(0);
  await expect(desk.state()).toContainText(/Готов|Звонок/);
});

test('[C-11] a file goes to the customer; a refused one says why', async ({ ready, server }) => {
  const desk = await ready('anna');
  desk.page.on('filechooser', () => {}); // asked for long before, or it may come too early to be told of
  const customer = server.visitor();
  await customer.begin('Мария', 'раз');
  await desk.accept();
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const chooser = desk.page.waitForEvent('filechooser');
  await desk.page.getByRole('button', { name: 'Добавить файл' }).click();
  await (await chooser).setFiles([
    { name: 'снимок.png', mimeType: 'image/png', buffer: png },
    { name: 'virus.exe', mimeType: 'application/x-msdownload', buffer: Buffer.from('MZ') },
  ]);
  await expect
    .poll(async () => (await customer.messages()).map((one) => one.file?.name))
    .toContain('снимок.png');
  await expect(desk.log()).toContainText('Не отправлено');
  await desk.log().getByRole('button', { name: 'Открыть снимок.png' }).click();
  await expect(desk.page.getByRole('dialog').getByRole('img', { name: 'снимок.png' })).toBeVisible();
});

test('[C-12] a colleague is invited, joins, and is removed by the organiser', async ({ ready, server }) => {
  const anna = await ready('anna');
  const customer = server.visitor();
  await customer.begin('Мария', 'раз');
  await anna.accept();
  const boris = await ready('boris');
  await anna.page.keyboard.press('Alt+Shift+D');
  const window = anna.page.getByRole('dialog');
  await window.getByRole('button', { name: /Борис/ }).click();
  await window.getByRole('button', { name: /^Пригласить/ }).click();
  await expect(boris.offer()).toContainText('Приглашает');
  await boris.accept();
  await expect(anna.log()).toContainText('Борис теперь в чате');
  await boris.field().fill('Помогу');
  await boris.field().press('Enter');
  await expect(anna.log()).toContainText('Помогу');
  await anna.page.getByRole('button', { name: 'Удалить из чата: Борис' }).click();
  await expect(anna.log()).toContainText('Борис больше не в чате');
});

test('[C-14] [D-11] Alt+Q ends, disposition and comment are set, the row goes', async ({ ready, server }) => {
  const desk = await ready('anna');
  await server.visitor().begin('Мария', 'раз');
  await desk.accept();
  await desk.page.keyboard.press('Alt+q');
  await expect(desk.state()).toContainText('Постобработка');
  const outcome = desk.page.getByRole('region', { name: 'Статус и комментарий' });
  await outcome.getByRole('combobox', { name: 'Статус разговора' }).click();
  await desk.page.getByRole('option').first().click();
  await outcome.getByRole('textbox', { name: 'Комментарий' }).fill('всё решено');
  await outcome.getByRole('button', { name: 'Завершить' }).click();
  await expect(desk.rows()).toHaveCount(0);
  await expect(desk.state()).toContainText('Готов');
  await desk.page.getByRole('tab', { name: 'Недавние' }).click();
  await expect(desk.page.getByRole('region', { name: 'Последние' })).toContainText('Мария');
});

test('[D-10] home shows the day', async ({ ready }) => {
  const desk = await ready('anna');
  await expect(desk.page.getByText('Персональная статистика')).toBeVisible();
  await expect(desk.page.getByText('Время на перерыв')).toBeVisible();
});

test('[D-11] shortcuts, palette and rows by keyboard alone', async ({ ready }) => {
  const desk = await ready('anna');
  await desk.page.keyboard.press('Control+k');
  await expect(desk.page.getByPlaceholder('Что сделать?')).toBeVisible();
  await desk.page.keyboard.press('Escape');
  await expect(desk.page.getByPlaceholder('Что сделать?')).toHaveCount(0);
  await desk.page.locator('body').press('Shift+Slash');
  await expect(desk.page.getByRole('dialog', { name: 'Сочетания клавиш' })).toBeVisible();
});

test('[D-12/title] an offer rings in the title and is answered by the keyboard without taking the focus', async ({
  ready,
  server,
}) => {
  const desk = await ready('anna');
  const home = desk.page.getByRole('tab', { name: 'Главная' });
  await home.focus();
  await server.visitor().begin('Мария', 'раз');
  await expect(desk.page).toHaveTitle('● Чат: Мария');
  await expect(desk.page.locator('link[rel="icon"]')).toHaveAttribute('href', '/icon-alert.svg');
  await expect(home).toBeFocused();
  await desk.page.keyboard.press('Alt+a');
  await expect(desk.field()).toBeVisible();
  await expect(desk.page).toHaveTitle(/Parley$/);
});

test('[D-12/notice] with another window in front the system tells of the offer, until it is answered', async ({
  ready,
  server,
}) => {
  const desk = await ready('anna');
  // A browser under test has no notifications of its own and is always in front.
  await desk.page.evaluate(() => {
    const told: { title: string; body?: string; open: boolean }[] = [];
    class Notice {
      static permission = 'granted';
      at: (typeof told)[number];
      constructor(title: string, { body }: NotificationOptions) {
        this.at = { title, body, open: true };
        told.push(this.at);
      }
      close() {
        this.at.open = false;
      }
    }
    Object.assign(window, { Notification: Notice, told });
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
  });
  const told = () => desk.page.evaluate(() => (window as unknown as { told: unknown[] }).told);
  await server.visitor().begin('Мария', 'раз');
  await expect.poll(told).toEqual([{ title: 'Чат: Мария', body: 'Продажи', open: true }]);
  await desk.accept();
  await expect.poll(told).toEqual([{ title: 'Чат: Мария', body: 'Продажи', open: false }]);
});

test('[X-4] no network: said within 5 s, text kept, nothing queued, true state afterwards', async ({
  ready,
  server,
}) => {
  const desk = await ready('anna');
  const customer = server.visitor();
  await customer.begin('Мария', 'раз');
  await desk.accept();
  await desk.page.context().setOffline(true);
  await expect(desk.page.getByRole('alert').filter({ hasText: 'Не удалось подключиться' })).toBeVisible({
    timeout: 5_000,
  });
  await desk.field().fill('не потеряется');
  await desk.field().press('Enter');
  await expect(desk.field()).toHaveValue('не потеряется');
  await customer.say('пока вас не было');
  await desk.page.context().setOffline(false);
  await expect(desk.log()).toContainText('пока вас не было');
  await expect(desk.field()).toHaveValue('не потеряется');
  await expect(desk.page.getByRole('alert').filter({ hasText: 'Не удалось подключиться' })).toHaveCount(0);
});

test('[D-12/second-tab] a second tab offers to work there instead', async ({ ready, server }) => {
  const desk = await ready('anna');
  const other = await desk.page.context().newPage();
  await other.goto(server.url('anna', '/agentdesktop'));
  await other.getByRole('button', { name: 'Работать здесь' }).click();
  await expect(other.getByTitle('Выбрать состояние')).toBeVisible();
  await expect(desk.page.getByRole('button', { name: 'Работать здесь' })).toBeVisible();
});
