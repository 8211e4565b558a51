// Calls on the desk with real sound. The agent's microphone is a tone, and so is
// the customer's voice: who hears which is who hears whom.

import type { Page } from '@playwright/test';
import config from '../playwright.config';
import { test as base } from './agent';
import { Caller, giveEars, loudness } from './caller';
import { type Desk, expect } from './fixture';
import { Telephone } from './telephone';
import { toneFile } from './tone';

/** Hz. */
export const AGENT = 605; // between the notes of the music: 494 Hz is one of them
export const CUSTOMER = 1_000;

// Decibels, see loudness.
const HEARD = -55;
const SILENT = -70;

interface Fixtures {
  /** An agent at a desk that can be listened to, Ready for calls. */
  answering: (login: string) => Promise<Desk>;
  /** A desk that can be listened to, before the shift. */
  listening: (login: string) => Promise<Desk>;
  caller: () => Promise<Caller>;
  /** A telephone with this number and a tone for a voice, that has dialled the demo's number. */
  telephone: (number: string, hz: number) => Promise<Telephone>;
  /** A telephone outside the centre, with this number and a tone for a voice: where the trunk's calls go. */
  outside: (number: string, hz: number) => Promise<Telephone>;
}

export const test = base.extend<Fixtures>({
  launchOptions: [
    {
      ...config.use?.launchOptions,
      args: [
        ...(config.use?.launchOptions?.args ?? []),
        `--use-file-for-fake-audio-capture=${toneFile(AGENT)}`,
        '--autoplay-policy=no-user-gesture-required',
      ],
    },
    { scope: 'worker' },
  ],
  listening: async ({ open }, use) => {
    await use(async (login) => {
      const desk = await open(login, '/login');
      await giveEars(desk.page);
      // A steady tone is what noise suppression takes away.
      await desk.page.addInitScript(() => {
        const known = localStorage.getItem('parley.devices');
        if (!known)
          localStorage.setItem(
            'parley.devices',
            JSON.stringify({ state: { microphoneId: '', speakerId: '', clean: false }, version: 1 }),
          );
      });
      await desk.page.goto(desk.page.url().replace(/\/login.*/, '/agentdesktop'));
      await desk.signIn(login);
      return desk;
    });
  },
  answering: async ({ listening }, use) => {
    await use(async (login) => {
      const desk = await listening(login);
      await desk.startShift();
      await desk.choose('Готов');
      await expect(desk.state()).toContainText('Готов');
      return desk;
    });
  },
  caller: async ({ browser, server }, use) => {
    const callers: Caller[] = [];
    await use(async () => {
      const page = await (await browser.newContext()).newPage();
      await giveEars(page);
      await page.goto(server.url('shop'));
      const one = new Caller(page);
      callers.push(one);
      return one;
    });
    // A server that stops waits for calls that go on.
    for (const one of callers) {
      await one.hangUp();
      await one.page.context().close();
    }
  },
  telephone: async ({ server }, use) => {
    const phones: Telephone[] = [];
    await use(async (number, hz) => {
      const one = await Telephone.withNumber(number, hz);
      phones.push(one);
      one.dial(await server.sip());
      return one;
    });
    for (const one of phones) await one.end();
  },
  outside: async ({ admin }, use) => {
    const phones: Telephone[] = [];
    await use(async (number, hz) => {
      const one = await Telephone.withNumber(number, hz);
      phones.push(one);
      const [trunk] = (await admin.call('GET', '/api/trunks')).items as Record<string, unknown>[];
      await admin.call('PUT', `/api/trunks/${trunk?.id}`, { version: trunk?.version, host: one.address });
      return one;
    });
    for (const one of phones) await one.end();
  },
});

export const ringing = (desk: Desk) => desk.page.getByRole('region', { name: /^Входящий звонок: / });
export const panel = (desk: Desk) => desk.page.getByRole('region', { name: 'Звонок' });
export const button = (desk: Desk, name: string) => panel(desk).getByRole('button', { name });

export async function answer(desk: Desk): Promise<void> {
  await ringing(desk).getByRole('button', { name: 'Принять' }).click();
  await expect(panel(desk)).toBeVisible();
}

export const hears = (page: Page, hz: number) => expect.poll(() => loudness(page, hz)).toBeGreaterThan(HEARD);
export const hearsNothing = (page: Page, hz: number) =>
  expect.poll(() => loudness(page, hz)).toBeLessThan(SILENT);

export { expect } from './fixture';
