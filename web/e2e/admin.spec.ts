import { chatEntry, expect, form, person, row, save, test } from './administration';

test('[M-1/administration] [M-1/lock] a user is created by keyboard, an error stands at its field, a lock ends the session', async ({
  administration,
  open,
}) => {
  const page = await administration('users');
  await expect(row(page, 'anna')).toBeVisible();
  await page.keyboard.press('Alt+KeyN');
  const fresh = form(page, /^Новое/);
  await expect(fresh.getByLabel('Имя пользователя')).toBeFocused();
  await fresh.getByLabel('Имя пользователя').fill('олег с пробелом');
  await fresh.getByLabel('Имя', { exact: true }).fill('Олег');
  await fresh.getByLabel('Первый пароль').fill('first-of-his-1');
  await page.keyboard.press('Control+KeyS');
  const login = fresh.getByLabel('Имя пользователя');
  await expect(login).toHaveAttribute('aria-invalid', 'true');
  await expect(login).toBeFocused();
  await expect(fresh.getByText('Начинается с буквы или цифры')).toBeVisible();
  await login.fill('oleg');
  await fresh.getByLabel('Группа').click();
  await page.getByRole('option').first().click();
  await fresh.getByRole('combobox', { name: 'Роли' }).click();
  await page.getByRole('option', { name: 'Оператор' }).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+KeyS');
  await expect(fresh).toHaveCount(0);
  await page.getByLabel('Фильтр списка').fill('оле');
  await expect(page.getByRole('row')).toHaveCount(2);

  const oleg = await open('anna', '/login');
  await oleg.signIn('oleg', 'first-of-his-1');
  await expect(oleg.page.getByLabel(/Новый пароль/).first()).toBeVisible();
  await row(page, 'oleg').press('Enter');
  await form(page, 'Олег').getByLabel('Заблокирован').check();
  await save(page, 'Олег');
  await expect(form(page, 'Олег')).toHaveCount(0);
  await oleg.page.goto(oleg.page.url().replace(/\/login.*/, '/agentdesktop'));
  await expect(oleg.page).toHaveURL(/login/);
  await oleg.signIn('oleg', 'first-of-his-1');
  await expect(oleg.alert('Ошибка доступа')).toBeVisible();
});

test('[M-1/import] [M-1/import-dry-run] [M-1/import-errors] a table is shown first, wrong lines by line and field, then taken', async ({
  administration,
}) => {
  const page = await administration('users');
  await page.getByRole('button', { name: 'Загрузить…' }).click();
  const asked = page.getByRole('dialog');
  const table = 'login,firstName,email\nvera,Вера,vera@example.org\nbad login,Пётр,nonsense\nanna,Анна,\n';
  await asked
    .locator('input[type=file]')
    .setInputFiles({ name: 'users.csv', mimeType: 'text/csv', buffer: Buffer.from(table) });
  await expect(asked.getByRole('status')).toContainText('Новых: 1');
  await expect(asked.getByRole('status')).toContainText('с ошибками: 1');
  await expect(asked.getByRole('row').filter({ hasText: 'bad login' })).toContainText('Имя пользователя:');
  await expect(row(page, 'vera')).toHaveCount(1); // in the report only
  await asked.getByRole('button', { name: 'Загрузить', exact: true }).click();
  await expect(asked).toHaveCount(0);
  await expect(row(page, 'vera')).toHaveCount(1);
  await page.getByRole('button', { name: 'Загрузить…' }).click();
  await asked
    .locator('input[type=file]')
    .setInputFiles({ name: 'x.csv', mimeType: 'text/csv', buffer: Buffer.from('surname\nx\n') });
  await expect(asked.getByText(/surname/)).toBeVisible();
  await expect(asked.getByRole('button', { name: 'Загрузить', exact: true })).toBeDisabled();
  await page.keyboard.press('Escape');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Выгрузить' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('users.csv');
});

test('[M-2/own-roles] [M-2/at-once] a privilege taken away is gone with the next request', async ({
  administration,
  open,
  admin,
}) => {
  const page = await administration('roles');
  await page.getByRole('button', { name: 'Создать' }).click();
  await form(page, /^Новое/)
    .getByLabel('Название')
    .fill('Смотрит записи');
  await form(page, /^Новое/)
    .getByLabel('Видеть записи обращений')
    .check();
  await page.keyboard.press('Control+KeyS');
  await expect(row(page, 'Смотрит записи')).toBeVisible();
  const roles = (await admin.call('GET', '/api/roles')).items as { id: string; name: string }[];
  const role = roles.find((one) => one.name === 'Смотрит записи');
  await person(admin, 'ira', 'spring-rain-1', [role?.id]);
  const ira = await open('boris', '/records');
  await ira.signIn('ira', 'spring-rain-1');
  await expect(ira.page.getByRole('table', { name: 'Журнал обращений' })).toBeVisible();
  await row(page, 'Смотрит записи').click();
  const edit = form(page, 'Смотрит записи');
  await edit.getByLabel('Видеть записи обращений').uncheck();
  await edit.getByLabel('Управлять сервисами').check();
  await save(page, 'Смотрит записи');
  await expect(edit).toHaveCount(0);
  await ira.page.reload();
  await expect(ira.page.getByText('PAR-1006').first()).toBeVisible();
  await row(page, 'Супервизор').click();
  await expect(form(page, 'Супервизор').getByRole('button', { name: 'Сохранить' })).toHaveCount(0);
});

test('[M-3/rules] [M-3/administration] a team without wrap-up goes on at once with its next contact', async ({
  administration,
  ready,
  server,
}) => {
  const page = await administration('teams');
  await row(page, 'Первая линия').click();
  const team = form(page, 'Первая линия');
  await team.getByRole('switch', { name: /^Постобработка/ }).uncheck();
  await team.getByRole('button', { name: 'Сохранить' }).click();
  await expect(team).toHaveCount(0);
  const anna = await ready('anna');
  const customer = server.visitor();
  await customer.begin('Мария', 'Вопрос');
  await anna.accept();
  await expect(anna.rows()).toHaveCount(1);
  await customer.end();
  await expect(anna.rows()).toHaveCount(0); // nothing to finish
  await expect(anna.state()).toContainText('Готов');
});

test('[M-10/administration] [M-10/effect] [M-10/in-use] a service is changed and the next offer lasts as long; what is used cannot be deleted', async ({
  administration,
  ready,
  server,
}) => {
  const anna = await ready('anna');
  const page = await administration('services');
  await row(page, 'Продажи').click();
  const service = form(page, 'Продажи');
  await service.getByLabel('Предложение, секунд').fill('1');
  await page.keyboard.press('Control+KeyS');
  await expect(service.getByLabel('Предложение, секунд')).toHaveAttribute('aria-invalid', 'true');
  await service.getByLabel('Предложение, секунд').fill('3');
  await page.keyboard.press('Control+KeyS');
  await expect(service).toHaveCount(0);
  await expect(row(page, 'Продажи')).toContainText('3');
  await server.visitor().begin('Мария', 'Вопрос');
  await expect(anna.offer()).toBeVisible();
  await expect(anna.offer()).toHaveCount(0, { timeout: 6_000 });
  await expect(anna.state()).toContainText('Не отвечает');
  await row(page, 'Продажи').click();
  await form(page, 'Продажи').getByRole('button', { name: 'Удалить' }).last().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Удалить' }).click();
  await expect(page.getByText('«Продажи» используется')).toBeVisible();
  await expect(page.getByText(/Сайт «Ромашка»/)).toBeVisible();
});

test('[M-4/other-skills] [M-11/administration] two people edit the same: the second sees the conflict and decides', async ({
  administration,
  admin,
}) => {
  const page = await administration('dispositions');
  await page.getByRole('button', { name: 'Создать' }).click();
  await form(page, /^Новое/)
    .getByLabel('Название')
    .fill('Перезвонит сам');
  await form(page, /^Новое/)
    .getByLabel('Спам')
    .check();
  await page.keyboard.press('Control+KeyS');
  await row(page, 'Перезвонит сам').click();
  const edit = form(page, 'Перезвонит сам');
  await expect(edit.getByLabel('Спам')).toBeChecked();
  await edit.getByLabel('Папка').fill('Моя');
  const all = (await admin.call('GET', `/api/dispositions?q=${encodeURIComponent('Перезвонит')}`)).items;
  await admin.call('PUT', `/api/dispositions/${all[0].id}`, { version: all[0].version, folder: 'Чужая' });
  await page.keyboard.press('Control+KeyS');
  const ask = page.getByRole('dialog');
  await expect(ask).toContainText('PAR-0003');
  await expect(ask.getByRole('listitem')).toHaveText(['Папка']);
  await ask.getByRole('button', { name: 'Взять другую версию' }).click();
  await expect(edit.getByLabel('Папка')).toHaveValue('Чужая');
  await edit.getByLabel('Папка').fill('Наша');
  await save(page, 'Перезвонит сам');
  await expect(row(page, 'Наша')).toBeVisible();

  await page.getByRole('link', { name: 'Навыки' }).click();
  await page.getByRole('button', { name: 'Создать' }).click();
  await form(page, /^Новое/)
    .getByLabel('Название')
    .fill('Английский');
  await page.keyboard.press('Control+KeyS');
  await row(page, 'Английский').click();
  await form(page, 'Английский').getByRole('button', { name: 'Удалить' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Удалить' }).click();
  await expect(row(page, 'Английский')).toHaveCount(0);
});

test('[M-13/import] [M-13/exceptions] holidays are shown first, then added once', async ({
  administration,
}) => {
  const page = await administration('calendars');
  await page.getByRole('row').nth(1).click();
  await page.getByRole('button', { name: 'Загрузить праздники…' }).click();
  const asked = page.getByRole('dialog');
  const file = (text: string) => ({ name: 'days.ics', mimeType: 'text/calendar', buffer: Buffer.from(text) });
  await asked.locator('input[type=file]').setInputFiles(file('nonsense'));
  await expect(asked.getByText(/не календарь/)).toBeVisible();
  await expect(asked.getByRole('button', { name: 'Загрузить', exact: true })).toBeDisabled();
  const year = new Date().getFullYear() + 1;
  const days = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:x',
    'BEGIN:VEVENT',
    'UID:1',
    'DTSTAMP:20260101T000000Z',
    'SUMMARY:Новый год',
    `DTSTART;VALUE=DATE:${year}0101`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
  await asked.locator('input[type=file]').setInputFiles(file(days));
  await expect(asked.getByRole('status')).toContainText('1 новый день');
  await expect(asked.getByRole('row')).toContainText('Новый год');
  await asked.getByRole('button', { name: 'Загрузить', exact: true }).click();
  await page.getByRole('row').nth(1).click();
  await expect(page.locator('input[type=date]').last()).toHaveValue(`${year}-01-01`);
});

test('[M-14/administration] a reason is there to choose with the next click', async ({
  administration,
  ready,
}) => {
  const anna = await ready('anna');
  const page = await administration('reasons');
  await page.getByRole('button', { name: 'Создать' }).click();
  await form(page, /^Новое/)
    .getByLabel('Название (ru)')
    .fill('Планёрка');
  await form(page, /^Новое/)
    .getByLabel('Название (en)')
    .fill('Stand-up');
  await page.keyboard.press('Control+KeyS');
  await expect(row(page, 'Планёрка')).toBeVisible();
  await expect(async () => {
    await anna.page.keyboard.press('Escape');
    await anna.choose('Планёрка');
  }).toPass();
  await expect(anna.state()).toContainText('Планёрка');
});

test('[M-15/administration] [M-15/chat-entry] texts of a widget are the customer’s at once, those no field shows stay, and a new key ends the old', async ({
  administration,
  admin,
}) => {
  const page = await administration('entries');
  await page.getByRole('row').nth(1).click();
  await page.getByLabel('Заголовок (русский)').fill('Спросите нас');
  await page.keyboard.press('Control+KeyS');
  await expect(page.getByLabel('Заголовок (русский)')).toHaveCount(0);
  const read = async () => await chatEntry(admin);
  const entry = await read();
  expect(entry.texts.ru?.title).toBe('Спросите нас');
  expect(entry.texts.en?.consent).toContain('personal data');
  const config = await admin.call('GET', `/widget/${entry.key}/config?lang=ru`);
  expect(config.texts.title).toBe('Спросите нас');
  await page.getByRole('row').nth(1).click();
  await page.getByRole('button', { name: 'Создать новый ключ' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Создать новый ключ' }).click();
  await expect.poll(async () => (await read()).key).not.toBe(entry.key);
  await expect(admin.call('GET', `/widget/${entry.key}/config?lang=ru`)).rejects.toThrow(/404/);
});
