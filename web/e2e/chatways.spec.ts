// Ways of a chat at the desk beyond its usual course.

import { test as withAdmin } from './agent';
import { expect } from './fixture';

const test = withAdmin;

test('[C-12] a chat handed to another service goes to whoever serves it, with the note and all that was said', async ({
  ready,
  server,
}) => {
  const anna = await ready('anna');
  const customer = server.visitor();
  await customer.begin('Мария', 'Не включается чайник');
  await anna.accept();
  await anna.say('Передам в поддержку');
  const boris = await ready('boris');
  await anna.page.keyboard.press('Alt+Shift+T');
  const window = anna.page.getByRole('dialog', { name: 'Перевести' });
  await window.getByRole('textbox', { name: 'Найти сервис или коллегу' }).fill('Поддержка');
  await window.getByRole('button', { name: 'Поддержка' }).click();
  await window.getByRole('textbox', { name: 'Комментарий' }).fill('чайник ТМ-2');
  await window.getByRole('button', { name: 'Перевести: Поддержка' }).click();
  await expect(boris.offer()).toContainText('Поддержка');
  await expect(boris.offer()).toContainText('чайник ТМ-2');
  await boris.accept();
  await expect(boris.log()).toContainText('Передам в поддержку');
  await boris.say('Поддержка слушает');
  await expect
    .poll(async () => (await customer.messages()).map((one) => one.text))
    .toContain('Поддержка слушает');
  await expect(anna.state()).toContainText('Постобработка');
});

test('[C-6] with the service’s permission the agent reads what the customer has not sent yet, else only that they type', async ({
  page,
  ready,
  server,
  admin,
}) => {
  const preview = async (on: boolean) => {
    for (const { id } of (await admin.call('GET', '/api/services?limit=10')).items) {
      const service = await admin.call('GET', `/api/services/${id}`);
      await admin.call('PUT', `/api/services/${id}`, {
        version: service.version,
        chat: { ...service.chat, previewUnsent: on },
      });
    }
  };
  await preview(true);
  const anna = await ready('anna');
  await page.goto(server.url('shop'));
  await page.locator('.launcher').click();
  await page.getByLabel('Ваше имя').fill('Ольга');
  await page.getByLabel('Ваш вопрос').fill('Есть ли липа?');
  await page.getByRole('button', { name: 'Начать чат' }).click();
  await anna.accept();
  const field = page.locator('.composer textarea');
  await field.pressSequentially('номер карты 12');
  await expect(anna.page.getByText('номер карты 12')).toBeVisible();
  await expect(anna.log()).not.toContainText('номер карты 12');
  await field.fill('');
  await expect(anna.page.getByText('номер карты 12')).toHaveCount(0);

  await preview(false);
  await page.reload();
  await page.locator('.composer textarea').pressSequentially('и чабрец');
  await expect(anna.page.getByText('печатает').first()).toBeVisible();
  await expect(anna.page.getByText('и чабрец')).toHaveCount(0);
});

test('[C-7] each chat stays where it was read, and one at its end follows what comes', async ({
  ready,
  server,
}) => {
  const anna = await ready('anna');
  const first = server.visitor();
  await first.begin('Первый', 'строка 0');
  await anna.accept();
  for (let n = 1; n <= 10; n++) await first.say(`строка ${n}${'\nи ещё'.repeat(10)}`);
  await expect(anna.log()).toContainText('строка 10');
  await anna.log().hover();
  await anna.page.mouse.wheel(0, -700);
  const top = () => anna.log().evaluate((one) => one.scrollTop);
  await expect(anna.log().getByText('строка 10')).not.toBeInViewport();
  const left = await top();
  await server.visitor().begin('Второй', 'другое');
  await anna.offer().getByRole('button', { name: 'Открыть' }).click();
  await expect(anna.log()).toContainText('другое');
  await first.say('строка 11');
  await anna.rows().filter({ hasText: 'Первый' }).getByRole('button').click();
  await expect(anna.log()).not.toContainText('другое');
  await expect.poll(async () => Math.abs((await top()) - left)).toBeLessThan(4);
});
