import { test } from './agent';
import { expect } from './fixture';
import { deliver, mailService } from './mailing';
import { photo } from './photo';

const BOX = 'shop@parley.test';

test('[E-10/desk] [E-11/desk] [E-12/desk] [E-13/desk] [E-16/desk] mails wait in «Мои запросы», are looked at, taken, given back, opened and disposed of', async ({
  admin,
  ready,
  server,
}) => {
  await mailService(admin, BOX);
  const desk = await ready('anna');
  const { page } = desk;
  for (const [from, subject, html] of [
    ['Vera Belova <vera@example.org>', 'Где мой багаж', '<p>Добрый день!</p><p>Чемодан потерян.</p>'],
    ['oleg@example.org', 'Очень длинная тема письма, которая никак не помещается в одну строку списка', ''],
    ['Shop <news@example.com>', 'Реклама', ''],
  ] as const)
    await deliver(server.smtp, BOX, { from, subject, text: 'Прошу ответить.', html: html || undefined });

  const place = page.getByRole('navigation').getByRole('button', { name: /^Мои запросы, 3 письма/ });
  await expect(place).toBeVisible();
  await page.keyboard.press('Alt+3');
  await expect(page.getByRole('tab', { name: 'Групповая очередь (3)' })).toBeVisible();
  const rows = page.getByRole('listbox', { name: 'Письма в очереди' }).getByRole('option');
  await expect(rows).toHaveCount(3);
  await expect(page.getByText('1–3 из 3')).toBeVisible();

  const vera = rows.filter({ hasText: 'Где мой багаж' });
  await vera.click();
  const preview = page.getByRole('region', { name: 'Просмотр' });
  await expect(preview.getByRole('heading')).toContainText('Где мой багаж');
  await expect(preview.frameLocator('iframe').getByText('Чемодан потерян.')).toBeVisible();
  await expect(preview).toContainText('Назначен на: никого');
  await expect(desk.rows()).toHaveCount(0);
  await photo(page, 'mail-queue');

  // By keyboard: to the row, chosen, taken.
  await vera.focus();
  await page.keyboard.press('Space');
  await expect(page.getByText('Выбрано: 1')).toBeVisible();
  await page.keyboard.press('Alt+t');
  await expect(rows).toHaveCount(2);
  await page.getByRole('tab', { name: 'Персональная очередь (1)' }).click();
  await expect(rows).toHaveCount(1);
  await rows.first().click();
  await page.getByRole('button', { name: 'Вернуть' }).click();
  await expect(rows).toHaveCount(0);
  await page.getByRole('tab', { name: 'Групповая очередь (3)' }).click();
  await expect(rows).toHaveCount(3);

  // Spam leaves the queue after a question.
  await rows.filter({ hasText: 'Реклама' }).locator('[data-choose]').click();
  await page.getByRole('toolbar').getByRole('button', { name: 'Спам' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Спам' }).click();
  await expect(rows).toHaveCount(2);

  // Enter opens: the mail is in hand, with subject and number.
  await vera.focus();
  await page.keyboard.press('Enter');
  await expect(desk.rows()).toHaveCount(1);
  await expect(desk.rows()).toContainText(/#\d+ Где мой багаж/);
});

test('[M-11/toolbar] [M-11/closes-case] a disposition with a picture is a button over the queue; whether it closes the case is its setting, from the next mail on', async ({
  admin,
  ready,
  server,
}) => {
  const service = await mailService(admin, BOX);
  const desk = await ready('anna');
  const { page } = desk;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server answers
  const get = (path: string): Promise<any> =>
    page.evaluate(async (at) => (await fetch(at)).json(), `/api${path}`);
  const disposition = await admin.call('POST', '/api/dispositions', {
    name: 'Ждём оплату',
    kind: 'neutral',
    icon: 'star',
  });
  const { version, dispositionIds } = await admin.call('GET', `/api/services/${service}`);
  await admin.call('PUT', `/api/services/${service}`, {
    version,
    dispositionIds: [...dispositionIds, disposition.id],
  });
  for (const subject of ['Первое', 'Второе'])
    await deliver(server.smtp, BOX, { from: 'oleg@example.org', subject, text: 'Прошу ответить.' });
  await page.keyboard.press('Alt+3');
  const rows = page.getByRole('listbox', { name: 'Письма в очереди' }).getByRole('option');
  await expect(rows).toHaveCount(2);
  const cases = Object.fromEntries(
    (await get('/mail-queue?place=team')).items.map((one: { subject: string; caseId: string }) => [
      one.subject,
      one.caseId,
    ]),
  );
  const stateOf = async (subject: string) => (await get(`/cases/${cases[subject]}`)).state;
  const dispose = async (subject: string) => {
    await rows.filter({ hasText: subject }).locator('[data-choose]').click();
    const picture = page.getByRole('toolbar').getByRole('button', { name: 'Ждём оплату' });
    await expect(picture.locator('svg')).toBeVisible();
    await picture.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Ждём оплату' }).click();
    await expect(rows.filter({ hasText: subject })).toHaveCount(0);
  };
  await dispose('Первое');
  expect(await stateOf('Первое')).toBe('open');
  await admin.call('PUT', `/api/dispositions/${disposition.id}`, {
    version: disposition.version,
    closesCase: true,
  });
  await dispose('Второе');
  await expect.poll(() => stateOf('Второе')).toBe('closed');
  expect(await stateOf('Первое')).toBe('open');
});
