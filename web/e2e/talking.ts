// The customer's chat on the demo shop, in a real browser.

import type { Page } from '@playwright/test';
import { expect, type Server } from './fixture';

export const panel = (p: Page) => p.getByRole('dialog');
export const log = (p: Page) => p.getByRole('log');

export async function open(p: Page, server: Server, path = '/'): Promise<void> {
  await p.goto(server.url('shop', path));
  await p.locator('.launcher').click();
  await expect(panel(p)).toBeVisible();
}

export async function begin(p: Page, text: string): Promise<void> {
  await p.getByLabel('Ваше имя').fill('Ольга');
  await p.getByLabel('Ваш вопрос').fill(text);
  await p.getByRole('button', { name: 'Начать чат' }).click();
  await expect(log(p).getByText(text)).toBeVisible();
}
