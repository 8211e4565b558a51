import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { expect, form, row, save, test } from './administration';
import { deliver, mailService } from './mailing';
import { mailServer } from './mailserver';
import { photo } from './photo';

/** Lets mailboxes reach servers of this machine. */
async function privateServers(admin: import('./agent').Person): Promise<void> {
  const [tenant] = (await admin.call('GET', '/api/tenants')).items;
  await admin.call('PUT', `/api/tenants/${tenant.id}`, {
    version: tenant.version,
    limits: { ...tenant.limits, privateAddresses: true },
  });
}

test('[M-15/mailboxes] [M-31/pages] [E-5] a mailbox is made by keyboard alone, a rule of it is mended where it is wrong, and the next mail goes where the rule says', async ({
  administration,
  admin,
  server,
}) => {
  await mailService(admin, 'old@parley.test');
  await admin.call('POST', '/api/services', { name: 'Возвраты', channel: 'email' });
  await admin.call('POST', '/api/services', { name: 'Болтовня', channel: 'chat' });
  const page = await administration('mailboxes');
  const { keyboard } = page;
  await expect(row(page, 'old@parley.test')).toContainText('Доставляется по SMTP');
  await keyboard.press('Alt+KeyN');
  const fresh = form(page, /^Новое/);
  await expect(fresh.getByLabel('Название')).toBeFocused();
  await keyboard.type('Магазин');
  await keyboard.press('Tab');
  await keyboard.type('old@parley.test');
  await keyboard.press('Tab');
  await keyboard.type('help@parley.test');
  await keyboard.press('Enter');
  await keyboard.press('Tab');
  await keyboard.type('Магазин «Ромашка»');
  await keyboard.press('Tab');
  await keyboard.type('Почта');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await keyboard.press('Control+KeyS');
  const address = fresh.getByRole('textbox', { name: 'Адрес', exact: true });
  await expect(address).toBeFocused();
  await expect(address).toHaveAttribute('aria-invalid', 'true');
  await expect(fresh.getByText('Это значение уже занято.')).toBeVisible();
  await address.fill('shop@parley.test');
  await fresh.getByRole('button', { name: 'Добавить строку' }).press('Enter');
  const rules = fresh.getByRole('group', { name: 'Правила' });
  await rules.getByRole('combobox', { name: 'Сервис' }).click();
  // Only services that take mails can be chosen.
  await expect(page.getByRole('option', { name: 'Болтовня' })).toHaveCount(0);
  await page.getByRole('option', { name: 'Возвраты' }).click();
  await keyboard.press('Control+KeyS');
  await expect(rules.getByText('Задайте хоть что-нибудь: слова, от кого, кому или язык.')).toBeVisible();
  await expect(rules.getByLabel('Слова')).toBeFocused();
  await keyboard.type('возврат денег');
  await keyboard.press('Enter');
  await rules.getByRole('combobox', { name: 'Кому' }).click();
  await page.getByRole('option', { name: 'help@parley.test' }).click();
  await photo(page, 'mailbox-new');
  await keyboard.press('Control+KeyS');
  await expect(fresh).toHaveCount(0);
  await expect(row(page, 'shop@parley.test')).toContainText('Почта');

  const from = 'Vera <vera@example.org>';
  await deliver(server.smtp, 'help@parley.test', { from, subject: 'Возврат денег', text: 'Когда?' });
  await deliver(server.smtp, 'shop@parley.test', { from, subject: 'Возврат денег', text: 'Когда?' });
  const all = async () =>
    (await admin.call('GET', '/api/records?limit=10')).items as { serviceName: string }[];
  await expect
    .poll(async () => (await all()).map((one) => one.serviceName).sort())
    .toEqual(['Возвраты', 'Почта']);
});

test('[M-31/accounts] [M-31/tests] the accounts of a mailbox are tried with the whole conversation shown, the password never', async ({
  administration,
  admin,
  server,
}) => {
  await privateServers(admin);
  await mailService(admin, 'shop@parley.test');
  // A server that answers as mail servers do when they have had enough.
  const grim = createServer((socket) => socket.end('* BYE too many connections\r\n'));
  await new Promise<void>((up) => grim.listen(0, '127.0.0.1', up));
  const grimAt = grim.address() as { port: number };
  const page = await administration('mailboxes');
  await row(page, 'shop@parley.test').click();
  const box = form(page, 'Ящик');
  const part = (name: string) => box.getByRole('group', { name, exact: true });
  const imap = part('Приём по IMAP');
  await expect(imap.getByLabel('Пароль')).toHaveCount(0);
  await expect(imap.getByRole('button', { name: 'Проверить приём' })).toBeDisabled();
  await imap.getByLabel('Сервер').fill('127.0.0.1:143');
  await save(page, 'Ящик');
  await expect(imap.getByText('Имя узла или IP-адрес; порт стоит рядом.')).toBeVisible();
  await imap.getByLabel('Сервер').fill('127.0.0.1');
  await imap.getByLabel('Порт').fill(String(grimAt.port));
  await imap.getByRole('combobox', { name: 'Шифрование' }).click();
  await page.getByRole('option', { name: 'Нет', exact: true }).click();
  await imap.getByLabel('Пользователь').fill('shop');
  await save(page, 'Ящик');
  await expect(imap.getByText('Нужен, в том числе после смены сервера или пользователя.')).toBeVisible();
  await imap.getByLabel('Пароль').fill('very-secret-1');
  // Mail goes out to a real server: Parley's own takes mail for its address.
  const relay = part('Отправка');
  await relay.getByLabel('Сервер').fill('127.0.0.1');
  await relay.getByLabel('Порт').fill(String(server.smtp));
  await relay.getByRole('combobox', { name: 'Шифрование' }).click();
  await page.getByRole('option', { name: 'Нет', exact: true }).click();
  await save(page, 'Ящик');
  await expect(box).toHaveCount(0);
  await row(page, 'shop@parley.test').click();
  await expect(imap.getByLabel('Пароль')).toHaveAttribute('placeholder', 'сохранён');
  await relay.getByRole('button', { name: 'Проверить отправку' }).click();
  await expect(relay.getByRole('status')).toContainText(
    'Почту можно отправлять. Письма от shop@parley.test принимаются.',
  );
  await expect(relay.getByRole('status')).toContainText('> MAIL FROM:<shop@parley.test>');
  await imap.getByRole('button', { name: 'Проверить приём' }).click();
  await expect(imap.getByRole('status')).toContainText(
    'Почту забрать нельзя. Сервер отказывает: too many connections',
  );
  await expect(imap.getByRole('status')).toContainText('< * BYE too many connections');
  await expect(box).not.toContainText('very-secret-1');
  await imap.scrollIntoViewIfNeeded();
  await photo(page, 'mailbox-tests');
  await expect(row(page, 'shop@parley.test')).toContainText('Не удаётся забрать почту', { timeout: 20_000 });
  grim.close();
});

test('[E-3] [E-6/pull] [R-5] [M-10/administration] a service’s mail is set: waiting for whoever takes it, acknowledged, its level in days', async ({
  administration,
  admin,
}) => {
  await mailService(admin, 'shop@parley.test', { push: true });
  const page = await administration('services');
  await row(page, 'Почта').click();
  const service = form(page, 'Почта');
  const part = (name: string) => service.getByRole('group', { name, exact: true });
  await expect(part('Чат')).toHaveCount(0);
  await part('Распределение').getByRole('textbox', { name: 'Порог', exact: true }).fill('5');
  await service.getByRole('combobox', { name: 'Порог: единица' }).click();
  await page.getByRole('option', { name: 'дней' }).click();
  await part('Письма').getByRole('switch', { name: 'Предлагать операторам' }).uncheck();
  await part('Письма').getByRole('combobox', { name: 'Ответы клиента' }).click();
  await page.getByRole('option', { name: 'В персональную очередь того, кто писал' }).click();
  await part('Письма').getByLabel('Подпись (ru)').fill('С уважением,\n$(User.lastname)');
  const ack = part('Автоответ о получении');
  await ack.getByRole('switch', { name: 'Подтверждать новые запросы' }).check();
  await ack.getByLabel('Тема (русский)').fill('');
  await ack.scrollIntoViewIfNeeded();
  await photo(page, 'service-mail');
  await save(page, 'Почта');
  await expect(ack.getByLabel('Тема (русский)')).toHaveAttribute('aria-invalid', 'true');
  await ack.getByLabel('Тема (русский)').fill('Номер $(case.number)');
  await save(page, 'Почта');
  await expect(service.getByText('$(User.lastname) не переменная.')).toBeVisible();
  await part('Письма').getByLabel('Подпись (ru)').fill('С уважением,\n$(User.firstName)');
  await save(page, 'Почта');
  await expect(service).toHaveCount(0);
  await expect(row(page, 'Почта')).toContainText('5 д');
  const all = (await admin.call('GET', `/api/services?q=${encodeURIComponent('Почта')}`)).items;
  expect(all[0].slSeconds).toBe(5 * 24 * 60 * 60);
  expect(all[0].email).toMatchObject({
    push: false,
    replies: 'personal',
    acknowledge: true,
    ack: { ru: { subject: 'Номер $(case.number)' } },
    signature: { ru: 'С уважением,\n$(User.firstName)' },
  });
});

test('[B-3/quarantine] a mail that cannot be understood waits with its reason, is tried again and given up', async ({
  administration,
  admin,
  server,
}) => {
  await mailService(admin, 'shop@parley.test');
  const page = await administration('mail-trouble');
  await expect(page.getByText('Все письма разобраны')).toBeVisible();
  execFileSync('swaks', [
    '--server',
    `127.0.0.1:${server.smtp}`,
    '--from',
    'broken@example.org',
    '--to',
    'shop@parley.test',
    '--data',
    'nothing of a mail\n',
  ]);
  const mail = row(page, 'shop@parley.test').first();
  await expect(mail).toContainText('Не читается', { timeout: 20_000 });
  await mail.getByRole('button').press('Enter');
  await page.getByRole('button', { name: 'Повторить' }).click();
  await expect(page.getByText('Пробуем снова')).toBeVisible();
  await expect(mail).toContainText('Не читается', { timeout: 20_000 });
  await photo(page, 'trouble');
  await page.getByRole('button', { name: 'Отказаться' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Отказаться' }).click();
  await expect(page.getByText('Все письма разобраны')).toBeVisible();
});

test('[A-8/reset] who forgot the password asks for a link, gets it by mail and signs in with a new one; without a mailbox nothing is offered', async ({
  admin,
  open,
}) => {
  const anna = await open('anna', '/login');
  const { page } = anna;
  await expect(page.getByLabel(/^Имя пользователя/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Забыли пароль?' })).toHaveCount(0);
  await privateServers(admin);
  const service = await mailService(admin, 'shop@parley.test');
  const mails = await mailServer();
  const box = await admin.call('POST', '/api/entries', {
    kind: 'mailbox',
    name: 'Пароли',
    address: 'desk@parley.test',
    serviceId: service,
    relay: { host: '127.0.0.1', port: mails.port, tls: 'none', user: '' },
    active: true,
  });
  const settings = await admin.call('GET', '/api/settings');
  await admin.call('PUT', '/api/settings', {
    ...settings,
    signIn: { ...settings.signIn, resetMailboxId: box.id },
  });
  const [user] = (await admin.call('GET', '/api/users?q=anna')).items;
  await admin.call('PUT', `/api/users/${user.id}`, { version: user.version, email: 'anna@example.org' });
  await page.reload();
  await page.getByLabel(/^Имя пользователя/).fill('anna');
  await page.getByRole('button', { name: 'Забыли пароль?' }).press('Enter');
  await expect(page.getByLabel(/^Имя пользователя/)).toHaveValue('anna');
  await photo(page, 'reset-ask');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status')).toContainText('ссылка уже в пути');
  const link = (await mails.next()).match(/http:\/\/\S+\/reset#\S+/)?.[0] ?? '';
  await page.goto(link);
  await page.getByRole('textbox', { name: 'Новый пароль', exact: true }).fill('short 1');
  await page.getByRole('textbox', { name: 'Новый пароль ещё раз' }).fill('short 1');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Новый пароль', exact: true })).toHaveAttribute(
    'aria-invalid',
    'true',
  );
  await expect(page.getByText('Знаков не меньше 10.')).toBeVisible();
  await photo(page, 'reset-set');
  await page.getByRole('textbox', { name: 'Новый пароль', exact: true }).fill('quite another 7');
  await page.getByRole('textbox', { name: 'Новый пароль ещё раз' }).fill('quite another 7');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Ко входу' }).click();
  await anna.signIn('anna', 'quite another 7');
  await expect(page.getByRole('button', { name: 'Начать смену' })).toBeVisible();
  const again = await open('boris', '/login');
  await again.page.goto(link.replace('anna.', 'boris.'));
  await again.page.getByRole('textbox', { name: 'Новый пароль', exact: true }).fill('quite another 8');
  await again.page.getByRole('textbox', { name: 'Новый пароль ещё раз' }).fill('quite another 8');
  await again.page.keyboard.press('Enter');
  await expect(again.page.getByRole('alert')).toContainText('Ссылка не действует');
  await mails.close();
});
