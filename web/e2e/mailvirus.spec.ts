// Files of mails that are checked for viruses, by a real clamd.

import { test as base } from './agent';
import { Clamd, EICAR, STREAM_MAX } from './clamd';
import { type Desk, expect } from './fixture';
import { deliver, mailService, work } from './mailing';
import { photo } from './photo';

const BOX = 'shop@parley.test';
const VERA = 'Vera Belova <vera@example.org>';

const test = base.extend<{ clamd: Clamd }>({
  // biome-ignore lint/correctness/noEmptyPattern: a fixture names what it needs, which is nothing
  clamd: async ({}, use) => {
    const clamd = await Clamd.make();
    await use(clamd);
    await clamd.end();
  },
  flags: async ({ clamd }, use) => use(['--virus-check', clamd.setting]),
});

const file = (desk: Desk, name: string) =>
  work(desk)
    .getByRole('region', { name: 'История запроса' })
    .getByRole('list', { name: 'Вложения' })
    .getByRole('listitem')
    .filter({ hasText: name });

test('[E-23/virus-check] files wait while the check is away, open or stay shut by themselves when it is back; a virus is not forwarded', async ({
  admin,
  clamd,
  ready,
  server,
}) => {
  test.setTimeout(120_000); // the check comes again after up to half a minute
  await mailService(admin, BOX, { push: true });
  const desk = await ready('anna');
  const { page } = desk;
  await deliver(server.smtp, BOX, {
    from: VERA,
    subject: 'Счёт и акт',
    text: 'Добрый день! Счёт, акт и запись разговора во вложениях.',
    files: [
      { name: 'счёт.txt', text: 'Итого 100' },
      { name: 'акт.txt', text: EICAR },
      { name: 'запись.txt', text: 'la '.repeat(STREAM_MAX / 2) },
    ],
  });
  await page
    .getByRole('region', { name: /^Письмо: / })
    .getByRole('button', { name: 'Ответить' })
    .click();

  await expect(file(desk, 'счёт.txt')).toContainText('проверка не отвечает');
  await expect(file(desk, 'счёт.txt').getByRole('link')).toHaveCount(0);
  await photo(page, 'away');

  await clamd.start();
  await expect(file(desk, 'счёт.txt').getByRole('link')).toBeVisible({ timeout: 45_000 });
  await expect(file(desk, 'акт.txt')).toContainText('Вирус Eicar-Test-Signature');
  await expect(file(desk, 'акт.txt').getByRole('link')).toHaveCount(0);
  await expect(file(desk, 'запись.txt')).toContainText('слишком большой');
  await photo(page, 'checked');
  const href = await file(desk, 'счёт.txt').getByRole('link').getAttribute('href');
  const content = await page.evaluate(async (at) => (await fetch(at)).text(), href ?? '');
  expect(content).toBe('Итого 100');

  // Forwarded: it goes once the virus and what is not checked were taken out.
  await work(desk).getByRole('button', { name: 'Переслать', exact: true }).click();
  // The customer's mail has a list of the same files.
  await expect(work(desk).getByRole('textbox', { name: 'Тема' })).toHaveValue(/^Fwd: /);
  const attached = work(desk).getByRole('list', { name: 'Вложения' }).last().getByRole('listitem');
  await expect(attached).toHaveCount(3);
  await expect(attached.filter({ hasText: 'акт.txt' })).toContainText('Вирус Eicar-Test-Signature');
  await work(desk).getByRole('combobox', { name: 'Кому' }).fill('lost@airport.example');
  await page.keyboard.press('Enter');
  await photo(page, 'forwarded');
  const send = work(desk).getByRole('button', { name: 'Отправить', exact: true });
  await send.click();
  await expect(desk.alert(/найден вирус Eicar-Test-Signature/).first()).toBeVisible();
  await photo(page, 'refused');
  expect(server.relay.mails).toEqual([]);
  // By keyboard: the message lies over the buttons.
  await attached.filter({ hasText: 'акт.txt' }).getByRole('button', { name: 'Удалить' }).press('Enter');
  await attached.filter({ hasText: 'запись.txt' }).getByRole('button', { name: 'Удалить' }).press('Enter');
  await expect(attached).toHaveCount(1);
  await send.click();
  await expect.poll(() => server.relay.mails.length).toBe(1);
  const [out] = server.relay.mails;
  expect(out?.text).toContain('Итого 100');
  expect(out?.text).not.toContain('EICAR');

  // A further mail is there while its file is being checked; that changes by itself.
  clamd.pause();
  await deliver(server.smtp, BOX, {
    from: VERA,
    subject: `Re: ${out?.header('Subject')}`,
    text: 'И ещё одно.',
    file: { name: 'письмо.txt', text: 'Ещё одно' },
  });
  await expect(file(desk, 'письмо.txt')).toContainText('Проверяется на вирусы');
  await expect(file(desk, 'письмо.txt').getByRole('link')).toHaveCount(0);
  await photo(page, 'waiting');
  clamd.resume();
  await expect(file(desk, 'письмо.txt').getByRole('link')).toBeVisible({ timeout: 45_000 });
});
