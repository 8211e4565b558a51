import type { Page } from '@playwright/test';
import { test as base, type Person } from './agent';
import { type Desk, expect } from './fixture';

/** Opens a page of the administration as a second administrator, so that the demo's own may act by the API. */
export type Administration = (page: string) => Promise<Page>;

export const test = base.extend<{ administration: Administration }>({
  administration: async ({ admin, open }, use) => {
    await use(async (page) => {
      const desk = await open('admin', `/admin/${page}`);
      await signIn(admin, desk);
      await expect(desk.page.getByRole('heading', { level: 1 })).toBeVisible();
      return desk.page;
    });
  },
});

async function signIn(admin: Person, desk: Desk): Promise<void> {
  const all = (await admin.call('GET', '/api/users?q=admin')).items;
  const password = 'second-one-1';
  await person(admin, 'chief', password, all[0].roleIds);
  await desk.signIn('chief', password);
}

/** Makes somebody who can sign in. */
export async function person(
  admin: Person,
  login: string,
  password: string,
  roleIds: unknown,
): Promise<void> {
  const { id } = await admin.call('POST', '/api/users', { login, firstName: login, roleIds });
  await admin.call('PUT', `/api/users/${id}/password`, { password });
}

interface ChatEntry {
  id: string;
  key: string;
  kind: string;
  texts: Record<string, Record<string, string>>;
}

/** The demo's chat widget; the list has call buttons and numbers too. */
export async function chatEntry(admin: Person): Promise<ChatEntry> {
  const all: ChatEntry[] = (await admin.call('GET', '/api/entries')).items;
  const chat = all.find((one) => one.kind === 'chat');
  if (!chat) throw new Error('no chat widget');
  return chat;
}

export const form = (page: Page, name: string | RegExp) => page.getByRole('region', { name });
export const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text });
export const save = (page: Page, name: string | RegExp) =>
  form(page, name).getByRole('button', { name: 'Сохранить' }).click();

export { expect };
