// What a customer fills in: before a chat, and when nobody can answer.

import { chatEntry } from './administration';
import { expect, test } from './agent';
import { log, open, panel } from './talking';

test('[C-20/prechat] the form asks for what is required, in the customer’s language, and by keyboard alone', async ({
  page,
  server,
  agent,
}) => {
  await agent('anna');
  await page.goto(server.url('shop'));
  await page.locator('.launcher').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Ваше имя')).toBeFocused();
  await page.getByRole('button', { name: 'Начать чат' }).press('Enter');
  await expect(page.getByText('Это обязательно').first()).toBeVisible();
  await expect(page.getByLabel('Ваше имя')).toBeFocused();
  await expect(page.getByLabel('Ваше имя')).toHaveAttribute('aria-invalid', 'true');
  await page.keyboard.type('Ольга');
  await page.keyboard.press('Tab');
  await page.keyboard.type('не почта');
  await page.getByLabel('Ваш вопрос').press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Проверьте, пожалуйста')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(panel(page)).toBeHidden();
  await expect(page.locator('.launcher')).toBeFocused();
});

test('[C-20/consent] who must agree to something starts nothing before, and the agent sees what was agreed to', async ({
  page,
  server,
  admin,
  ready,
}) => {
  const entry = await chatEntry(admin);
  await admin.call('PUT', `/api/entries/${entry.id}`, { ...entry, consent: true });
  const anna = await ready('anna');
  await page.goto(server.url('shop'));
  await page.locator('.launcher').click();
  await page.getByLabel('Ваше имя').fill('Ольга');
  await page.getByLabel('Ваш вопрос').fill('Где мой заказ?');
  await page.getByRole('button', { name: 'Начать чат' }).click();
  const consent = page.getByRole('checkbox', { name: 'Я согласен на обработку моих персональных данных.' });
  await expect(consent).toBeFocused();
  await expect(consent).toHaveAttribute('aria-invalid', 'true');
  // Nor does the server take it from somebody else's program.
  await expect(server.visitor().begin('Пётр', 'А так?')).rejects.toThrow(/consent/);
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Начать чат' }).click();
  await expect(log(page).getByText('Где мой заказ?')).toBeVisible();
  await anna.accept();
  await anna.page.getByRole('tab', { name: 'Ольга' }).click();
  const card = anna.page.getByRole('tabpanel').filter({ hasText: 'Согласие' });
  await expect(card).toContainText('Я согласен на обработку моих персональных данных.');
});

test('[C-20/offline] when nobody can answer a message is left and waits', async ({ page, server, admin }) => {
  const { items } = await admin.call('GET', '/api/services?limit=10');
  for (const service of items) {
    await admin.call('PUT', `/api/services/${service.id}`, { ...service, noAgentsExit: 'close' });
  }
  await open(page, server);
  await expect(page.getByText('Сейчас нас нет на месте')).toBeVisible();
  await page.getByLabel('Ваше имя').fill('Пётр');
  await page.getByLabel('Эл. почта').fill('petr@example.com');
  await page.getByLabel('Ваш вопрос').fill('Напишите, когда будет шиповник');
  await page.getByRole('button', { name: 'Оставить сообщение' }).click();
  await expect(log(page).getByText('Мы получили сообщение')).toBeVisible();
  await expect(log(page).getByText('Напишите, когда будет шиповник')).toBeVisible();
});
