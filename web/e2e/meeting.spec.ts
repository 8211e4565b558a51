// The customers' own ends meet the desk: a telephone, and the shop's button.
// Nothing stands in for either side.

import { chromium } from '@playwright/test';
import config from '../playwright.config';
import { AGENT, answer, button, CUSTOMER, expect, hears, hearsNothing, panel, test } from './answering';
import { giveEars, loudness } from './caller';
import { Telephone } from './telephone';
import { toneFile } from './tone';

// Shares of what a telephone hears, and decibels of what a page hears (loudness).
const HEARD = 0.3;
const QUIET = 0.05;
const HEARD_DB = -55;

test('[V-1/known] [V-2] [D-2/call] [V-13/keypad] [V-13/events] [V-16/desk] [V-16/music] [V-6/button] a telephone dials, the known caller is shown, both hear each other, digits go both ways, hold is music, the desk ends', async ({
  admin,
  answering,
  telephone,
}) => {
  await admin.call('POST', '/api/contacts', {
    name: 'Ольга Петрова',
    company: 'ООО «Чайная»',
    segment: 'Постоянный клиент',
    phones: ['+7 916 123-45-67'],
    emails: [],
    language: '',
    notes: '',
    version: 0,
  });
  const anna = await answering('anna');
  const phone = await telephone('89161234567', CUSTOMER);
  const rings = anna.page.getByRole('region', { name: 'Входящий звонок: Ольга Петрова' });
  for (const shown of ['Входящий звонок · Продажи', 'ООО «Чайная»', 'Постоянный клиент', '+79161234567'])
    await expect(rings).toContainText(shown);
  await expect.poll(() => phone.loudness()).toBeGreaterThan(100); // greeting and music
  expect(await phone.share(AGENT)).toBeLessThan(QUIET);

  await answer(anna);
  await expect.poll(() => phone.share(AGENT)).toBeGreaterThan(HEARD);
  await hears(anna.page, CUSTOMER);
  await expect(anna.rows().first()).toContainText('Ольга Петрова');
  for (const shown of ['Ольга Петрова', '+79161234567']) await expect(anna.bar()).toContainText(shown);
  await expect(anna.bar().getByRole('timer').first()).toHaveText(/^\d\d:\d\d/);

  await button(anna, 'Клавиатура').click();
  await expect(anna.page.getByRole('button', { name: '5 JKL' })).toBeFocused(); // from here on it hears keys
  await anna.page.keyboard.type('15#');
  await expect.poll(() => phone.heard('CALL_DTMF_START').join('')).toBe('15#');
  await anna.page.keyboard.press('Escape');
  // A browser plays the telephone's 9 to its person: 852 and 1477 Hz.
  await expect
    .poll(() => {
      phone.press('9');
      return loudness(anna.page, 1_477);
    })
    .toBeGreaterThan(HEARD_DB);

  await button(anna, 'Удержать').click();
  await expect(panel(anna)).toContainText('Клиент слышит музыку');
  await expect.poll(() => phone.share(AGENT)).toBeLessThan(QUIET);
  await expect.poll(() => phone.loudness()).toBeGreaterThan(100);
  await hearsNothing(anna.page, CUSTOMER);
  await button(anna, 'Вернуть вызов').click();
  await expect.poll(() => phone.share(AGENT)).toBeGreaterThan(HEARD);
  await hears(anna.page, CUSTOMER);

  await button(anna, 'Завершить разговор').click();
  await expect.poll(() => phone.heard('CALL_CLOSED')).toHaveLength(1);
  await expect(anna.state()).toContainText('Постобработка');
});

test('[V-43/browser] the shop’s own button meets the desk: music, both hear each other, hold, the desk ends', async ({
  answering,
  server,
}) => {
  const anna = await answering('anna');
  // A browser of its own: all pages of one have the same microphone.
  const args = (config.use?.launchOptions?.args ?? []).concat(
    `--use-file-for-fake-audio-capture=${toneFile(CUSTOMER)}`,
  );
  const browser = await chromium.launch({ ...config.use?.launchOptions, args });
  const page = await browser.newPage({ locale: 'ru-RU' });
  await giveEars(page);
  // A steady tone is what noise suppression takes away.
  await page.addInitScript(() => {
    const media = navigator.mediaDevices;
    const open = media.getUserMedia.bind(media);
    media.getUserMedia = () =>
      open({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
  });
  await page.goto(server.url('shop', '/contacts'));
  await page.getByRole('button', { name: 'Позвонить нам' }).click();
  const status = page.getByRole('dialog', { name: 'Позвонить нам' }).getByRole('status');
  await expect(status).toContainText('Ищем для вас свободного оператора…');
  await hears(page, 0);
  await hearsNothing(page, AGENT);

  await answer(anna);
  await expect(status).toContainText('Анна');
  await hears(page, AGENT);
  await hears(anna.page, CUSTOMER);

  await button(anna, 'Удержать').click();
  await expect(status).toHaveText('Вы на удержании: Анна');
  await hearsNothing(page, AGENT);
  await hearsNothing(anna.page, CUSTOMER);
  await hears(page, 0);
  await button(anna, 'Вернуть вызов').click();
  await hears(page, AGENT);
  await hears(anna.page, CUSTOMER);

  await button(anna, 'Завершить разговор').click();
  await expect(status).toHaveText('Оператор завершил разговор');
  await expect(anna.state()).toContainText('Постобработка');
  await browser.close();
});

test('[B-1] the start page shows where a telephone calls; its line, typed as it stands, rings at the desk', async ({
  answering,
  page,
  server,
}) => {
  await page.goto(`http://localhost:${server.port}/`);
  const phone = page.locator('.place').filter({ hasText: 'Позвонить с любого SIP-телефона' });
  const address = await server.sip();
  expect(address).toMatch(/^sip:100@127\.0\.0\.1:\d+$/);
  await expect(phone.getByRole('link')).toHaveAttribute('href', address);
  await expect(phone).toContainText(address);
  const site = page.getByRole('link', { name: 'Сайт компании с чатом и звонком' });
  await expect(site).toHaveAttribute('href', server.url('shop'));
  await expect(page.getByText('На сайте нажмите «Позвонить нам»')).toBeVisible();

  const anna = await answering('anna');
  const line = await phone.locator('code').innerText();
  const started = await Telephone.typed(line, CUSTOMER);
  await answer(anna);
  await expect.poll(() => started.share(AGENT)).toBeGreaterThan(HEARD);
  await hears(anna.page, CUSTOMER);
  await started.end();
});
