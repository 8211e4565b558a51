// A call goes on to somebody who works elsewhere, by telephone number.

import { answer, CUSTOMER, expect, hears, hearsNothing, ringing, test } from './answering';

const NUMBER = '84957778899';
const OUTSIDE = 1_400; // Hz

test('[V-20/number] [V-19] [D-11] a call is handed on to a number by keyboard alone; nobody there takes it: it comes back and says so', async ({
  answering,
  caller,
  outside,
}) => {
  const anna = await answering('anna');
  const { page } = anna;
  const customer = await caller();
  await customer.call(CUSTOMER);
  await answer(anna);
  await hears(page, CUSTOMER);

  // Without a trunk to call by nothing is done, and the call stays.
  const window = page.getByRole('dialog', { name: 'Перевести' });
  const field = window.getByRole('textbox', { name: 'Найти сервис, коллегу или ввести номер' });
  await page.keyboard.press('Alt+Shift+T');
  await expect(field).toBeFocused();
  await page.keyboard.type('8 (495) 777-88-99');
  await expect(window.getByRole('button', { name: 'Перевести: 8 (495) 777-88-99' })).toBeEnabled();
  await page.keyboard.press('Enter');
  const refused = page.getByRole('dialog').filter({ hasText: 'Не удается осуществить телефонный вызов' });
  await expect(refused).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(refused).toHaveCount(0);
  await hears(page, CUSTOMER);

  // What is no number is told at its field.
  const far = await outside(NUMBER, OUTSIDE);
  await page.keyboard.press('Alt+Shift+T');
  await field.fill('+7 495');
  await page.keyboard.press('Enter');
  await expect(field).toHaveAccessibleDescription(/не телефонный номер/);

  // It rings there, and nobody wants it.
  await field.fill('8 (495) 777-88-99');
  await page.keyboard.press('Enter');
  await expect(window).toHaveCount(0);
  await expect(anna.state()).toContainText('Постобработка');
  await expect.poll(() => far.heard('CALL_INCOMING').length).toBe(1);
  await hears(customer.page, 0); // music
  far.hangUp();
  await anna.finish();
  await expect(anna.rows()).toHaveCount(0);
  await expect(ringing(anna)).toContainText(/Номер 84957778899 (занят|отклонил вызов)/);
  await answer(anna);
  await hears(page, CUSTOMER);

  // The second time somebody takes it: the two talk without us.
  await page.keyboard.press('Alt+Shift+T');
  await page.keyboard.type(NUMBER);
  await page.keyboard.press('Enter');
  await expect.poll(() => far.heard('CALL_INCOMING').length).toBe(2);
  far.accept();
  await hears(customer.page, OUTSIDE);
  await expect.poll(() => far.share(CUSTOMER)).toBeGreaterThan(0.3);
  await anna.finish();
  await expect(anna.rows()).toHaveCount(0);
  far.hangUp();
  await hearsNothing(customer.page, OUTSIDE);
});
