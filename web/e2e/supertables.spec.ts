// What the supervisor's tables show beyond who is on shift: skills, teams below
// teams, people who have left, and the contact an agent is busy with.

import type { Page } from '@playwright/test';
import { test } from './administration';
import { type Desk, expect } from './fixture';

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

async function supervisor(open: (login: string, path?: string) => Promise<Desk>, tab: string): Promise<Page> {
  const desk = await open('supervisor', `/supervise?tab=${tab}`);
  await desk.signIn('supervisor');
  await expect(desk.page.getByRole('tab', { selected: true })).toBeVisible();
  return desk.page;
}

test('[R-2/signed-out] who has left the shift is shown on request only, and takes no commands', async ({
  open,
  ready,
}) => {
  await ready('anna');
  const page = await supervisor(open, 'agents');
  await expect(row(page, 'Анна Белова')).toBeVisible();
  await expect(row(page, 'Борис Котов')).toHaveCount(0);
  const shown = page.getByRole('switch', { name: 'Показывать вышедших' });
  await shown.focus();
  await page.keyboard.press('Space');
  await expect(row(page, 'Борис Котов')).toContainText('Не в системе');
  await expect(row(page, 'Борис Котов').getByRole('button', { name: /^Действия/ })).toHaveCount(0);
  await page.reload();
  await expect(row(page, 'Борис Котов')).toContainText('Не в системе');
  await shown.focus();
  await page.keyboard.press('Space');
  await expect(row(page, 'Борис Котов')).toHaveCount(0);
});

test('[R-2/sub-teams] a team counts the teams below it, which unfold by keyboard', async ({
  admin,
  open,
  ready,
}) => {
  const above = (await admin.call('GET', '/api/teams')).items[0];
  const below = await admin.call('POST', '/api/teams', {
    name: 'Вечерняя смена',
    parentId: above.id,
    serviceIds: above.serviceIds,
    supervisorIds: above.supervisorIds,
  });
  const boris = (await admin.call('GET', '/api/users?q=boris')).items[0];
  await admin.call('PUT', `/api/users/${boris.id}`, { version: boris.version, teamId: below.id });
  await ready('anna');
  await ready('boris');
  const page = await supervisor(open, 'teams');
  const cells = row(page, above.name).first().getByRole('cell');
  await expect(cells.nth(1)).toHaveText('2');
  await expect(row(page, 'Вечерняя смена')).toHaveCount(0);
  const fold = page.getByRole('button', { name: `Подгруппы: ${above.name}` });
  await fold.press('Enter');
  await expect(fold).toHaveAttribute('aria-expanded', 'true');
  await expect(row(page, 'Вечерняя смена').getByRole('cell').nth(1)).toHaveText('1');
  await fold.press('Enter');
  await expect(row(page, 'Вечерняя смена')).toHaveCount(0);
});

test('[R-2/skills] [R-3/contact] a skill’s row counts who masters it; the agent’s row names the contact in hand and its service', async ({
  admin,
  open,
  ready,
  server,
}) => {
  const skill = await admin.call('POST', '/api/skills', { name: 'Французский', kind: 'language' });
  const user = (await admin.call('GET', '/api/users?q=anna')).items[0];
  const skills = [...user.skills, { skillId: skill.id, level: 5 }];
  await admin.call('PUT', `/api/users/${user.id}`, { version: user.version, skills });
  const anna = await ready('anna');
  const page = await supervisor(open, 'skills');
  await expect(row(page, 'Французский')).toBeVisible();
  const signedIn = row(page, 'Французский').getByRole('cell').nth(5);
  await expect(signedIn).toHaveText('1');

  await page.getByRole('tab', { name: 'Операторы' }).click();
  await server.visitor().begin('Мария Смирнова', 'Не проходит оплата');
  await anna.accept();
  await expect(row(page, 'Анна Белова').first()).toContainText('Мария Смирнова');
  await expect(row(page, 'Анна Белова').first()).toContainText('Продажи');
});

test('[R-4] [R-5] a service shows what it aims at beside its service level; a team its average wrap-up', async ({
  open,
  admin,
}) => {
  const { items } = await admin.call('GET', '/api/services?limit=10');
  const sales = items.find((one: { name: string }) => one.name === 'Продажи');
  await admin.call('PUT', `/api/services/${sales.id}`, { ...sales, slPercent: 90, slSeconds: 15 });
  const mails = items.find((one: { channel: string }) => one.channel === 'email');
  if (mails)
    await admin.call('PUT', `/api/services/${mails.id}`, { ...mails, slPercent: 80, slSeconds: 432_000 });
  const page = await supervisor(open, 'services');
  await expect(row(page, 'Продажи').getByText('(90/15)')).toBeVisible();
  if (mails) await expect(row(page, mails.name).getByText('(80/5д)')).toBeVisible();
  await page.getByRole('tab', { name: 'Группы' }).click();
  await page.getByRole('button', { name: 'Что значит «Средняя постобработка»?' }).click();
  await expect(page.getByText('Время постобработки ÷ обработанные.')).toBeVisible();
});
