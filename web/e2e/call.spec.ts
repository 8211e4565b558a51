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

test('[V-25/wrapup] [V-25/records] [V-29/during] [V-29/mandatory] [V-29/folders] [M-11/mandatory] the outcome is chosen by folder while talking, asks for a comment afterwards, and both stand in the records', async ({
  admin,
  answering,
  caller,
  open,
}) => {
  const complaint = await admin.call('POST', '/api/dispositions', {
    name: 'Жалоба принята',
    folder: 'Жалобы',
    kind: 'neutral',
    mandatory: true,
  });
  const services = (await admin.call('GET', '/api/services')).items as Record<string, unknown>[];
  for (const service of services)
    await admin.call('PUT', `/api/services/${service.id}`, {
      version: service.version,
      dispositionIds: [...(service.dispositionIds as string[]), complaint.id],
      mandatoryDisposition: true,
    });
  const anna = await answering('anna');
  const { page } = anna;
  const customer = await caller();
  await customer.call(CUSTOMER);
  await answer(anna);

  // While talking: the list has the folder, the choice is kept.
  const choice = anna.outcome().getByRole('combobox', { name: 'Статус разговора' });
  await choice.click();
  await expect(page.getByRole('option').first()).toBeVisible();
  await expect(page.getByText('Жалобы', { exact: true })).toBeVisible();
  const kept = page.waitForResponse((answer) => answer.url().endsWith('/outcome'));
  await page.getByRole('option', { name: 'Жалоба принята' }).click();
  expect((await kept).status()).toBe(200);
  await customer.hangUp();
  await expect(anna.state()).toContainText('Постобработка');
  await expect(choice).toHaveValue('Жалоба принята');

  // Neither «Завершить» nor «Готов» goes on without the comment it asks for.
  const refused = page.getByRole('dialog').filter({
    hasText: 'выберите статус разговора и заполните требуемые поля',
  });
  const isRefused = async () => {
    await expect(refused).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(refused).toHaveCount(0);
    await expect(anna.state()).toContainText('Постобработка');
  };
  await anna.finish();
  await isRefused();
  await expect(anna.outcome().getByText('Заполните, чтобы завершить')).toBeVisible();
  await anna.choose('Готов');
  await isRefused();
  await anna.outcome().getByRole('textbox', { name: 'Комментарий' }).fill('Просит вернуть деньги');
  await anna.finish();
  await expect(anna.rows()).toHaveCount(0);
  await expect(anna.state()).toContainText('Готов');

  // Nor without any disposition.
  await customer.call(CUSTOMER);
  await answer(anna);
  await page.keyboard.press('Alt+q');
  await anna.finish();
  await isRefused();
  await expect(anna.outcome().getByText('Заполните, чтобы завершить')).toBeVisible();

  const boss = await open('supervisor', '/records');
  await boss.signIn('supervisor');
  await boss.page.getByRole('row').filter({ hasText: 'Жалоба принята' }).click();
  const record = boss.page.getByRole('region').filter({ hasText: 'Просит вернуть деньги' });
  await expect(record.last()).toContainText('Жалоба принята');
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
  await expect(anna.page.getByRole('button', { name: '5 JKL' })).toBeFocused(); // from here on it hears keys
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
