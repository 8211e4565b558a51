import type { Page } from '@playwright/test';
import config from '../playwright.config';
import { Caller, giveEars, loudness } from './caller';
import { test as base, type Desk, expect } from './fixture';
import { toneFile } from './tone';

// The agent's microphone is a tone, and so is the customer's voice: who hears
// which is who hears whom.
const AGENT = 500;
const CUSTOMER = 1_000;
const HEARD = -55;
const SILENT = -70;

base.use({
  launchOptions: {
    ...config.use?.launchOptions,
    args: [
      ...(config.use?.launchOptions?.args ?? []),
      `--use-file-for-fake-audio-capture=${toneFile(AGENT)}`,
      '--autoplay-policy=no-user-gesture-required',
    ],
  },
});

interface Fixtures {
  /** An agent at a desk that can be listened to, Ready for calls. */
  answering: (login: string) => Promise<Desk>;
  caller: () => Promise<Caller>;
}

const test = base.extend<Fixtures>({
  answering: async ({ open }, use) => {
    await use(async (login) => {
      const desk = await open(login, '/login');
      await giveEars(desk.page);
      // A steady tone is what noise suppression takes away.
      await desk.page.addInitScript(() =>
        localStorage.setItem(
          'parley.devices',
          JSON.stringify({ state: { microphoneId: '', speakerId: '', clean: false }, version: 1 }),
        ),
      );
      await desk.page.goto(desk.page.url().replace(/\/login.*/, '/agentdesktop'));
      await desk.signIn(login);
      await desk.startShift();
      await desk.choose('Готов');
      await expect(desk.state()).toContainText('Готов');
      return desk;
    });
  },
  caller: async ({ browser, server }, use) => {
    const context = await browser.newContext();
    await use(async () => {
      const page = await context.newPage();
      await giveEars(page);
      await page.goto(server.url('shop'));
      return new Caller(page);
    });
    await context.close();
  },
});

const ringing = (desk: Desk) => desk.page.getByRole('region', { name: /^Входящий звонок: / });
const panel = (desk: Desk) => desk.page.getByRole('region', { name: 'Звонок' });
const button = (desk: Desk, name: string) => panel(desk).getByRole('button', { name });

async function answer(desk: Desk): Promise<void> {
  await ringing(desk).getByRole('button', { name: 'Принять' }).click();
  await expect(panel(desk)).toBeVisible();
}

const hears = (page: Page, hz: number) => expect.poll(() => loudness(page, hz)).toBeGreaterThan(HEARD);
const hearsNothing = (page: Page, hz: number) => expect.poll(() => loudness(page, hz)).toBeLessThan(SILENT);

test('[V-1] [V-2] [V-6] [V-25] [V-29] [D-11] a call is answered, heard both ways, ended by Alt+Q and finished', async ({
  answering,
  caller,
}) => {
  const anna = await answering('anna');
  const customer = await caller();
  await customer.call(CUSTOMER);
  const offer = ringing(anna);
  await expect(offer).toBeVisible();
  await expect(offer.getByRole('button', { name: 'Открыть' })).toHaveCount(0);
  await expect(anna.state()).toContainText('Звонок');
  await hearsNothing(customer.page, AGENT);
  await answer(anna);
  await expect(anna.state()).toContainText('Занят');
  await expect(anna.rows().first().getByRole('timer')).toBeVisible();
  await hears(anna.page, CUSTOMER);
  await hears(customer.page, AGENT);

  const outcome = anna.page.getByRole('region', { name: 'Статус и комментарий' });
  await outcome.getByRole('textbox', { name: 'Комментарий' }).fill('перезвонить завтра');
  await anna.page.keyboard.press('Alt+q');
  await expect(anna.state()).toContainText('Постобработка');
  await outcome.getByRole('combobox', { name: 'Статус разговора' }).click();
  await anna.page.getByRole('option').first().click();
  await outcome.getByRole('button', { name: 'Завершить' }).click();
  await expect(anna.rows()).toHaveCount(0);
  await expect(anna.state()).toContainText('Готов');
});

test('[V-13] [V-15] [V-16] mute silences, hold plays music, the keypad sends tones', async ({
  answering,
  caller,
}) => {
  const anna = await answering('anna');
  const customer = await caller();
  await customer.call(CUSTOMER);
  await answer(anna);
  await hears(customer.page, AGENT);

  await button(anna, 'Отключить микрофон').click();
  await expect(panel(anna)).toContainText('Клиент слышит тишину');
  await hearsNothing(customer.page, AGENT);
  await hears(anna.page, CUSTOMER);
  await anna.page.keyboard.press('Alt+u');
  await hears(customer.page, AGENT);

  await button(anna, 'Удержать').click();
  await expect(panel(anna)).toContainText('Клиент слышит музыку');
  await hearsNothing(customer.page, AGENT);
  await hears(customer.page, 0);
  await hearsNothing(anna.page, CUSTOMER);
  await anna.page.getByRole('banner').getByRole('button', { name: 'Вернуть вызов' }).click();
  await hears(customer.page, AGENT);
  await hears(anna.page, CUSTOMER);

  // A browser plays the tones of telephone-event to its person: 9 is 852 and 1477 Hz.
  await button(anna, 'Клавиатура').click();
  await anna.page.keyboard.type('9999,9');
  await expect(anna.page.getByLabel('Отправленные цифры')).toHaveText('9999,9');
  await hears(customer.page, 1_477);
});

test('[A-6] a reload keeps the call and a muted microphone muted', async ({ answering, caller }) => {
  const anna = await answering('anna');
  const customer = await caller();
  await customer.call(CUSTOMER);
  await answer(anna);
  await button(anna, 'Отключить микрофон').click();
  await hearsNothing(customer.page, AGENT);
  anna.page.on('dialog', (dialog) => void dialog.accept());
  await anna.page.reload();
  await expect(button(anna, 'Включить микрофон')).toBeVisible();
  await hears(anna.page, CUSTOMER);
  await hearsNothing(customer.page, AGENT);
  await button(anna, 'Включить микрофон').click();
  await hears(customer.page, AGENT);
});

test('[V-6] the customer hangs up: the row ends and wrap-up begins', async ({ answering, caller }) => {
  const anna = await answering('anna');
  const customer = await caller();
  await customer.call(CUSTOMER);
  await answer(anna);
  await hears(anna.page, CUSTOMER);
  await customer.hangUp();
  await expect(anna.state()).toContainText('Постобработка');
  await expect(anna.page.getByText('Клиент завершил обращение')).toBeVisible();
});

test('[V-3] [X-2/PAR-2000] a rejected call goes back to the queue and the banner says so', async ({
  answering,
  caller,
}) => {
  const anna = await answering('anna');
  const customer = await caller();
  await customer.call(CUSTOMER);
  await ringing(anna).getByRole('button', { name: 'Отклонить' }).click();
  await expect(ringing(anna)).toHaveCount(0);
  await expect(anna.page.getByRole('alert').filter({ hasText: 'отклонили обращение' })).toBeVisible();
  await hears(customer.page, 0); // the music goes on
});

test('[V-20] a call goes on to another service and its agent', async ({ answering, caller }) => {
  const anna = await answering('anna');
  const customer = await caller();
  await customer.call(CUSTOMER);
  await answer(anna);
  await hears(anna.page, CUSTOMER);
  const boris = await answering('boris');
  await anna.page.keyboard.press('Alt+Shift+T');
  const window = anna.page.getByRole('dialog');
  await window.getByRole('button', { name: /Борис/ }).click();
  await window.getByRole('textbox', { name: 'Комментарий' }).fill('вопрос о счёте');
  await window.getByRole('button', { name: /^Перевести: / }).click();
  await expect(ringing(boris)).toContainText('вопрос о счёте');
  await answer(boris);
  await hears(boris.page, CUSTOMER);
  await hears(customer.page, AGENT);
  await expect(anna.state()).toContainText('Постобработка');
});
