import type { Page } from '@playwright/test';
import { seriousIssues } from './accessible';
import { test as base, expect } from './administration';
import { Dns } from './dns';
import { deliver, mailService } from './mailing';

const test = base.extend<{ dns: Dns; flags: string[] }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
  dns: async ({}, use) => {
    const dns = new Dns();
    await dns.start();
    await use(dns);
    dns.stop();
  },
  flags: async ({ dns }, use) => use(['--dns-server', dns.address]),
});

/** Photographs in light, dark and narrow, and what axe says of the first two. */
async function look(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
    expect.soft(await seriousIssues(page), `${name} ${colorScheme}`).toEqual([]);
    await photo(page, `${name}-${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 720 });
  await photo(page, `${name}-narrow`);
  await page.setViewportSize({ width: 1440, height: 900 });
}

async function photo(page: Page, name: string): Promise<void> {
  if (process.env.PARLEY_PHOTOS) await page.screenshot({ path: `${process.env.PARLEY_PHOTOS}/${name}.png` });
}

const domainOf = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

test('[M-31/dkim] a key is made, its record looked for in the DNS and put in use by keyboard alone; then answers are signed, until the key is changed and removed', async ({
  administration,
  admin,
  server,
  dns,
}) => {
  test.setTimeout(120_000);
  const email = {
    acknowledge: true,
    ackPerDay: 10,
    ack: { ru: { subject: 'Получено', text: 'Номер $(case.number)' } },
  };
  await mailService(admin, 'help@parley.test', { email });
  const signature = async () => {
    const before = server.relay.mails.length;
    await deliver(server.smtp, 'help@parley.test', {
      from: 'Vera <vera@example.org>',
      subject: 'Где сумка?',
    });
    await expect.poll(() => server.relay.mails.length, { timeout: 20_000 }).toBe(before + 1);
    return server.relay.mails[before]?.header('DKIM-Signature') ?? '';
  };
  expect(await signature()).toBe('');

  const page = await administration('dkim');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const { keyboard } = page;
  const place = domainOf(page, 'parley.test');
  const status = place.getByRole('article').first().getByRole('status');
  await expect(domainOf(page, 'romashka.example')).toContainText('Письма не подписываются');
  await look(page, 'dkim-none');

  await place.getByRole('button', { name: 'Новый ключ' }).press('Enter');
  await expect(place.getByRole('article')).toContainText('Подготовлен');
  await expect(place.getByRole('button', { name: 'Новый ключ' })).toHaveCount(0);
  // The focus goes on to the first thing to do with the new key.
  const copyName = place.getByRole('button', { name: 'Копировать имя' });
  await expect(copyName).toBeFocused();
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await keyboard.press('Enter');
  await expect.poll(copied).toMatch(/^parley\d{8}-[0-9a-f]{6}\._domainkey\.parley\.test$/);
  const name = await copied();
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await expect.poll(copied).toMatch(/^v=DKIM1; k=rsa; p=[A-Za-z0-9+/]{390,}={0,2}$/);
  const value = await copied();
  await keyboard.press('Tab');
  await expect(place.getByRole('button', { name: 'Проверить запись' })).toBeFocused();
  await keyboard.press('Enter');
  await expect(status).toContainText('Записи в DNS не видно.');
  dns.records.set(name, 'v=DKIM1; k=rsa; p=MIIBother');
  await keyboard.press('Enter');
  await expect(status).toContainText('Запись есть, но она другая.');
  await expect(status).toContainText('v=DKIM1; k=rsa; p=MIIBother');
  await look(page, 'dkim-different');

  // Without the record it is asked about, and may be left.
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  const window = page.getByRole('dialog');
  await expect(window).toContainText('Подписывать без записи?');
  await look(page, 'dkim-anyway');
  await keyboard.press('Escape');
  await expect(window).toHaveCount(0);
  dns.records.set(name, value);
  await expect(place.getByRole('button', { name: 'Подписывать' })).toBeFocused();
  expect(await signature()).toBe('');
  await keyboard.press('Enter');
  await expect(place).toContainText('Письма подписываются');
  await expect(status).toContainText('Запись опубликована');
  const selector = name.split('.')[0];
  expect(await signature()).toContain(` d=parley.test; h=From:From:To:`);
  expect(await signature()).toContain(` s=${selector};`);

  // Another key takes over; this machine cannot see its record.
  await place.getByRole('button', { name: 'Новый ключ' }).press('Enter');
  await expect(place.getByRole('article')).toHaveCount(2);
  await expect(place.getByRole('article').first()).toContainText('Прежний ключ подписывает');
  await look(page, 'dkim-two');
  expect(await signature()).toContain(` s=${selector};`);
  await place.getByRole('button', { name: 'Подписывать' }).press('Enter');
  await expect(window.locator(':focus')).toHaveCount(1);
  await window.getByRole('button', { name: 'Всё равно подписывать' }).press('Enter');
  await expect(place).toContainText('Больше не подписывает');
  const now = await signature();
  expect(now).toContain(' d=parley.test;');
  expect(now).not.toContain(` s=${selector};`);
  await look(page, 'dkim-changed');

  const remove = (state: string) =>
    place.getByRole('article').filter({ hasText: state }).getByRole('button', { name: 'Удалить' });
  for (const state of ['Больше не подписывает', 'Подписывает']) {
    await remove(state).press('Enter');
    await expect(window).toContainText('Удалить ключ?');
    await expect(window.locator(':focus')).toHaveCount(1); // the window has given it, or it would take the key
    await window.getByRole('button', { name: 'Удалить' }).press('Enter');
    await expect(remove(state)).toHaveCount(0);
  }
  await expect(place).toContainText('Письма не подписываются');
  expect(await signature()).toBe('');
  const acts = (await admin.call('GET', '/api/audit?entity=dkim_key&limit=50')).items as { action: string }[];
  expect(acts.map((one) => one.action).sort()).toEqual([
    'create',
    'create',
    'delete',
    'delete',
    'use',
    'use',
  ]);
});

test('[M-31/dkim] the page says that there is nothing to sign, that a domain is not used any more, and that it could not be loaded', async ({
  administration,
  admin,
}) => {
  await admin.call('POST', '/api/dkim-keys', { domain: 'romashka.example' });
  const boxes = ((await admin.call('GET', '/api/entries')).items as { kind: string; id: string }[]).filter(
    (one) => one.kind === 'mailbox',
  );
  for (const box of boxes) {
    const whole = await admin.call('GET', `/api/entries/${box.id}`);
    await admin.call('PUT', `/api/entries/${box.id}`, { version: whole.version, active: false });
  }
  const page = await administration('dkim');
  const place = domainOf(page, 'romashka.example');
  await expect(place).toContainText('В домене нет включённых ящиков');
  await expect(place.getByRole('button', { name: /Подписывать|Проверить|Новый ключ/ })).toHaveCount(0);
  await place.getByRole('button', { name: 'Удалить' }).press('Enter');
  await expect(page.getByRole('dialog').locator(':focus')).toHaveCount(1);
  await page.getByRole('dialog').getByRole('button', { name: 'Удалить' }).press('Enter');
  await expect(page.getByText('Подписывать нечего')).toBeVisible();
  await look(page, 'dkim-empty');
  await page.route('**/api/dkim', (route) => route.fulfill({ status: 503, body: '' }));
  await page.reload();
  await expect(page.getByRole('alert')).toBeVisible({ timeout: 20_000 });
  await photo(page, 'dkim-error');
  await page.unroute('**/api/dkim');
  await page.getByRole('alert').getByRole('button', { name: 'Повторить' }).press('Enter');
  await expect(page.getByText('Подписывать нечего')).toBeVisible();
});
