// What an agent does with a call, by hand and heard at both ends.

import {
  AGENT,
  answer,
  button,
  CUSTOMER,
  expect,
  hears,
  hearsNothing,
  panel,
  ringing,
  test,
} from './answering';

test('[V-1/external] [V-2] [V-6/keys] [V-25/talk] [V-29/after] [D-11] a call is answered, heard both ways, ended by Alt+Q and finished', async ({
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

test('[V-13/keypad] [V-15/desk] [V-16/desk] [V-16/music] mute silences, hold plays music, the keypad sends tones', async ({
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

test('[A-6/call] a reload keeps the call and a muted microphone muted', async ({ answering, caller }) => {
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

test('[V-6/customer] the customer hangs up: the row ends and wrap-up begins', async ({
  answering,
  caller,
}) => {
  const anna = await answering('anna');
  const customer = await caller();
  await customer.call(CUSTOMER);
  await answer(anna);
  await hears(anna.page, CUSTOMER);
  await customer.hangUp();
  await expect(anna.state()).toContainText('Постобработка');
  await expect(anna.page.getByText('Клиент завершил обращение')).toBeVisible();
});

test('[V-3/external] [X-2/PAR-2000] a rejected call goes back to the queue and the banner says so', async ({
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
  // Alone there, the same agent is asked again.
  await anna.choose('Готов');
  await answer(anna);
  await hears(customer.page, AGENT);
});

test('[V-20/service] a call goes on to another service with a note; whoever serves it hears the customer', async ({
  answering,
  caller,
}) => {
  const anna = await answering('anna');
  const customer = await caller();
  await customer.call(CUSTOMER);
  await answer(anna);
  await hears(anna.page, CUSTOMER);
  const boris = await answering('boris');
  await anna.page.keyboard.press('Alt+Shift+T');
  const window = anna.page.getByRole('dialog', { name: 'Перевести' });
  await window.getByRole('button', { name: 'Поддержка' }).click();
  await window.getByRole('textbox', { name: 'Комментарий' }).fill('вопрос о счёте');
  await window.getByRole('button', { name: 'Перевести: Поддержка' }).click();
  await expect(ringing(boris)).toContainText('Поддержка');
  await expect(ringing(boris)).toContainText('вопрос о счёте');
  await hears(customer.page, 0); // music, until somebody answers
  await answer(boris);
  await hears(boris.page, CUSTOMER);
  await hears(customer.page, AGENT);
  await hearsNothing(anna.page, CUSTOMER);
  await expect(anna.state()).toContainText('Постобработка');
});

test('[V-20/person] a call is handed to a colleague by name', async ({ answering, caller }) => {
  const anna = await answering('anna');
  const customer = await caller();
  await customer.call(CUSTOMER);
  await answer(anna);
  const boris = await answering('boris');
  await anna.page.keyboard.press('Alt+Shift+T');
  const window = anna.page.getByRole('dialog', { name: 'Перевести' });
  await window.getByRole('button', { name: /Борис/ }).click();
  await window.getByRole('button', { name: /^Перевести: Борис/ }).click();
  await answer(boris);
  await hears(boris.page, CUSTOMER);
  await hears(customer.page, AGENT);
});
