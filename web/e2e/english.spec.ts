// The whole way of a chat in English: desk, wrap-up, the supervisor's table, the records.

import type { Page } from '@playwright/test';
import { expect, test } from './fixture';

test.use({ locale: 'en-GB' });

async function signIn(page: Page, login: string): Promise<void> {
  await page.getByLabel(/^User name/).fill(login);
  await page.getByLabel(/^Password/).fill(`${login}-demo-1`);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** What the interface says in words of its own holds no Russian; names and texts of the centre do. */
async function isEnglish(page: Page, except: RegExp): Promise<void> {
  const words = (await page.locator('body').innerText()).split('\n').filter((line) => /[а-яё]/i.test(line));
  expect(words.filter((line) => !except.test(line))).toEqual([]);
}

const CENTRE =
  /Мария|оплат|Анн|Бел|Борис|Орлова|Седов|Оператор|Супервизор|Администратор|Продажи|Поддержка|Письма|посмотрю|Тарифы|Марина|Перв|лини|Ромашка|Обращение|обед|ерерыв|бучени|овещани|ругое|Спасибо, что написали|Вопрос решён|^.{1,2}$/;

test('[A-11] [D-2/focus] [R-2] [R-30] a chat from its offer to the records, all in English', async ({
  open,
  server,
}) => {
  const watching = await open('supervisor', '/supervise?tab=agents');
  await signIn(watching.page, 'supervisor');
  await expect(watching.page.getByRole('tab', { name: 'Agents' })).toBeVisible();

  const { page } = await open('anna');
  await signIn(page, 'anna');
  await page.getByRole('button', { name: 'Start shift' }).click();
  const state = page.getByTitle('Choose a state');
  await state.click();
  await page.getByRole('menuitem', { name: 'Ready', exact: true }).click();
  await expect(state).toContainText('Ready');
  await isEnglish(page, CENTRE);

  const customer = server.visitor();
  await customer.begin('Мария', 'Не проходит оплата');
  const offer = page.getByRole('region', { name: 'Chat: Мария' });
  await expect(offer).toBeVisible();
  await isEnglish(page, CENTRE);
  await offer.getByRole('button', { name: 'Accept' }).click();
  await page.getByRole('textbox', { name: 'Message' }).fill('Looking into it');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('log')).toContainText('Looking into it');
  await isEnglish(page, CENTRE);
  const line = watching.page.getByRole('row').filter({ hasText: 'Анна Белова' }).first();
  await expect(line).toContainText('Busy');
  await isEnglish(watching.page, CENTRE);

  await customer.end();
  await expect(state).toContainText('Wrap-up');
  const outcome = page.getByRole('region', { name: 'Disposition and comment' });
  await outcome.getByRole('combobox', { name: 'Disposition' }).click();
  await page.getByRole('option').first().click();
  await outcome.getByRole('textbox', { name: 'Comment' }).fill('paid by card');
  await outcome.getByRole('button', { name: 'Finish' }).click();
  await expect(state).toContainText('Ready');

  await watching.page.goto(server.url('supervisor', '/records'));
  const record = watching.page.getByRole('row').filter({ hasText: 'Мария' });
  await expect(record).toContainText('Анна Белова');
  await record.click();
  await expect(watching.page.getByText('paid by card').first()).toBeVisible();
  await isEnglish(watching.page, CENTRE);
});
