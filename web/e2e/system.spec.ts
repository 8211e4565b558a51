import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, form, row, test } from './administration';

test('[M-40/create] [M-40/suspend] [M-40/delete] a contact centre is made, suspended and deleted after its name is typed', async ({
  administration,
  server,
  browser,
}) => {
  const page = await administration('tenants');
  await page.getByRole('button', { name: 'Создать' }).click();
  const fresh = form(page, /^Новое/);
  await fresh.getByLabel('Название').fill('Вторая компания');
  await fresh.getByLabel('Имена хостов').fill('second.localhost');
  await page.keyboard.press('Enter');
  await fresh.getByLabel('Имя пользователя').fill('root');
  await fresh.getByLabel('Первый пароль').fill('short');
  await page.keyboard.press('Control+KeyS');
  await expect(fresh.getByLabel('Первый пароль')).toHaveAttribute('aria-invalid', 'true');
  await fresh.getByLabel('Первый пароль').fill('second-first-1');
  await page.keyboard.press('Control+KeyS');
  await expect(row(page, 'Вторая компания')).toContainText('Работает');

  const theirs = await (await browser.newContext({ locale: 'ru-RU' })).newPage();
  await theirs.goto(server.url('second', '/login'));
  await expect(theirs.getByLabel(/^Имя пользователя/)).toBeVisible();
  await row(page, 'Вторая компания').click();
  await form(page, 'Вторая компания').getByRole('button', { name: 'Приостановить' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Приостановить' }).click();
  await expect(row(page, 'Вторая компания')).toContainText('Приостановлен');
  const answer = await theirs.goto(server.url('second', '/api/session'));
  expect(answer?.status()).toBe(421);

  await row(page, 'Вторая компания').click();
  await form(page, 'Вторая компания').getByRole('button', { name: 'Удалить' }).click();
  const ask = page.getByRole('dialog');
  await ask.getByLabel(/Введите название/).fill('Другая');
  await ask.getByRole('button', { name: 'Удалить' }).click();
  await expect(row(page, 'Вторая компания')).toHaveCount(1);
  await ask.getByLabel(/Введите название/).fill('Вторая компания');
  await ask.getByRole('button', { name: 'Удалить' }).click();
  await expect(ask).toHaveCount(0);
  await expect(async () => {
    await page.reload();
    await expect(row(page, 'Вторая компания')).toHaveCount(0, { timeout: 1_000 });
  }).toPass();
  await theirs.context().close();
});

test('[M-41/search] [M-41/who-what-when] [M-41/tamper-evident] an act is found by who and what, shown field by field, and the log verifies', async ({
  administration,
  admin,
}) => {
  await admin.call('POST', '/api/skills', { name: 'Латынь', kind: 'language' });
  const page = await administration('audit');
  await page.getByRole('combobox', { name: 'Над чем' }).click();
  await page.getByRole('option', { name: 'Навык' }).click();
  await page.getByRole('searchbox', { name: 'Кто, что, когда' }).fill('латынь');
  const act = row(page, 'Латынь');
  await expect(act).toHaveCount(1);
  await expect(act).toContainText('Создано');
  await act.getByRole('button', { name: 'Подробности' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'Название' }).last()).toContainText('Латынь');
  await page.getByRole('button', { name: 'Проверить целостность' }).click();
  await expect(page.getByText(/Все записи целы/)).toBeVisible();
  const link = page.getByRole('link', { name: 'Выгрузить CSV' });
  await expect(link).toHaveAttribute('href', /entity=skill/);
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
  expect(file.suggestedFilename()).toBe('audit.csv');
});

test('[M-42/webhooks-log] [M-42/webhooks-replayable] [M-42/keys] deliveries are seen and sent again; a renewed secret signs the next', async ({
  administration,
  admin,
}) => {
  const heard: IncomingMessage[] = [];
  let answerWith = 500;
  const receiver = createServer((request, answer) => {
    heard.push(request);
    answer.statusCode = answerWith;
    answer.end();
  });
  await new Promise<void>((up) => receiver.listen(0, '127.0.0.1', up));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const [tenant] = (await admin.call('GET', '/api/tenants')).items;
  await admin.call('PUT', `/api/tenants/${tenant.id}`, {
    version: tenant.version,
    limits: { ...tenant.limits, privateAddresses: true },
  });

  const page = await administration('webhooks');
  await page.getByRole('button', { name: 'Создать' }).click();
  const fresh = form(page, /^Новое/);
  await fresh.getByLabel('Название').fill('CRM');
  await fresh.getByLabel('Адрес').fill('ftp://x');
  await page.keyboard.press('Control+KeyS');
  await expect(fresh.getByLabel('Адрес')).toHaveAttribute('aria-invalid', 'true');
  await fresh.getByLabel('Адрес').fill(url);
  await page.keyboard.press('Control+KeyS');
  await row(page, 'CRM').click();
  const hook = form(page, 'CRM');
  await hook.getByRole('button', { name: 'Отправить проверку' }).click();
  const sent = hook.getByRole('list', { name: 'Отправления' }).getByRole('listitem');
  const trial = sent.filter({ hasText: 'parley.test' });
  await trial.getByText('parley.test', { exact: true }).click();
  await expect(trial).toContainText('HTTP 500');
  answerWith = 200;
  const secret = page.getByRole('dialog');
  await hook.getByRole('button', { name: 'Создать новый секрет' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Создать новый секрет' }).click();
  await expect(secret).toContainText('Сохраните секрет сейчас');
  await secret.getByRole('button', { name: 'ОК', exact: true }).click();
  await row(page, 'CRM').click();
  await hook.getByRole('button', { name: 'Отправить проверку' }).click();
  const told = sent.filter({ hasText: 'Доставлено' });
  await expect(told).toHaveCount(1);
  const before = heard.length;
  await told.getByRole('button', { name: /Отправить снова/ }).click();
  await expect.poll(() => heard.length).toBeGreaterThan(before);
  receiver.close();

  await page.getByRole('link', { name: 'Ключи API' }).click();
  await page.getByRole('button', { name: 'Создать' }).click();
  const key = form(page, /^Новое/);
  await key.getByLabel('Название').fill('Сайт');
  await key.getByLabel('Видеть записи обращений').check();
  await page.keyboard.press('Control+KeyS');
  const first = await page.getByRole('dialog').getByText(/^pk_/).innerText();
  await page.getByRole('dialog').getByRole('button', { name: 'ОК', exact: true }).click();
  await row(page, 'Сайт').click();
  await form(page, 'Сайт').getByRole('button', { name: 'Создать новый секрет' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Создать новый секрет' }).click();
  const next = page.getByRole('dialog').getByText(/^pk_/);
  await expect(next).not.toHaveText(first);
  const status = (bearer: string) =>
    page.evaluate(
      (authorization) =>
        fetch('/api/records', { headers: { authorization }, credentials: 'omit' }).then(
          (answer) => answer.status,
        ),
      `Bearer ${bearer}`,
    );
  expect(await status(first)).toBe(401);
  expect(await status(await next.innerText())).toBe(200);
});

test('[M-44/password-policy] [M-10/effect] the centre’s settings: an error at its field, the name, rules of passwords at once', async ({
  administration,
  admin,
}) => {
  const page = await administration('settings');
  await expect(page.getByRole('heading', { level: 1, name: 'Настройки' })).toBeVisible();
  await page.getByLabel('Название').fill('Рога и копыта');
  await page.getByLabel('Знаков не меньше').fill('3');
  await page.keyboard.press('Control+KeyS');
  await expect(page.getByLabel('Знаков не меньше')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Знаков не меньше').fill('20');
  await page.getByLabel('Чат: Занимает').fill('50');
  await page.keyboard.press('Control+KeyS');
  await expect(page.getByText('Сохранено', { exact: true })).toBeVisible();
  const settings = await admin.call('GET', '/api/settings');
  expect(settings.name).toBe('Рога и копыта');
  expect(settings.capacity.shares.chat.takes).toBe(50);
  expect(settings.capacity.shares.call.takes).toBe(100);
  const [anna] = (await admin.call('GET', '/api/users?q=anna')).items;
  const short = admin.call('PUT', `/api/users/${anna.id}/password`, { password: 'too-short-1' });
  await expect(short).rejects.toThrow(/422/);
  await expect(page.getByRole('row', { name: /Не больше пользователей/ })).toContainText('без предела');
});

test('[B-3/quarantine] the quarantine says when nothing was put aside', async ({ administration }) => {
  const page = await administration('quarantine');
  await expect(page.getByText('Ничего не отложено')).toBeVisible();
});

test('[M-30/trunks] [M-30/test-button] [M-30/numbers] [M-15/numbers] a trunk and a number of it are made by keyboard alone, and the trunk is tried', async ({
  administration,
  admin,
}) => {
  const page = await administration('trunks');
  const { keyboard } = page;
  await expect(row(page, 'Телефоны на этом компьютере')).toBeVisible();
  await keyboard.press('Alt+KeyN');
  await expect(form(page, /^Новое/).getByLabel('Название')).toBeFocused();
  await keyboard.type('Провайдер');
  await keyboard.press('Control+KeyS');
  await expect(page.getByText(/Нужен адрес, с которого приходят звонки/)).toBeVisible();
  await keyboard.type('127.0.0.9'); // nobody is there, as at the host's port
  await keyboard.press('Enter');
  await keyboard.press('Tab');
  await keyboard.type('127.0.0.1:1');
  await keyboard.press('Control+KeyS');
  await expect(form(page, /^Новое/)).toHaveCount(0);
  await row(page, 'Провайдер').press('Enter');
  const trunk = form(page, 'Провайдер');
  await expect(trunk).toBeFocused();
  await trunk.getByRole('button', { name: 'Проверить линию' }).press('Enter');
  const said = trunk.getByRole('status').last();
  await expect(said).toContainText('OPTIONS sip:127.0.0.1:1', { timeout: 25_000 });
  await expect(said).toContainText('127.0.0.1:1: no response');
  await expect(said).toContainText('Линия не отвечает. Ответ не пришёл вовремя.');
  await expect(trunk.getByRole('status').first()).toContainText('Не отвечает', { timeout: 60_000 });
  await keyboard.press('Escape');
  await expect(row(page, 'Провайдер')).toBeFocused();
  await expect(row(page, 'Провайдер')).toContainText('Не отвечает');
  await expect(row(page, 'Телефоны на этом компьютере')).toContainText('Только принимает звонки');

  await page.getByRole('link', { name: 'Телефонные номера' }).press('Enter');
  await expect(row(page, 'Номер 100')).toBeVisible();
  await keyboard.press('Alt+KeyN');
  await expect(form(page, /^Новое/).getByLabel('Название')).toBeFocused();
  await keyboard.type('Горячая линия');
  await keyboard.press('Tab');
  await keyboard.type('+74950000001');
  for (const choice of ['Провайдер', 'Продажи']) {
    await keyboard.press('Tab');
    await keyboard.type(choice);
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
  }
  await keyboard.press('Control+KeyS');
  await expect(row(page, 'Горячая линия')).toContainText('Провайдер');
  const entries = (await admin.call('GET', '/api/entries')).items;
  expect(entries.some((one: { number?: string }) => one.number === '+74950000001')).toBe(true);
});
