// The demo company's customers write by its form and read the answers on its site.

import { test } from './agent';
import { expect } from './fixture';

test('[B-1/mail] [E-1/smtp] a customer writes by the shop’s form, the agent answers, the answer is read and answered again', async ({
  browser,
  ready,
  server,
}) => {
  const anna = await ready('anna');
  const { page: desk } = anna;
  const shop = await (await browser.newContext()).newPage();
  await shop.goto(server.url('shop', '/contacts'));
  await shop.getByRole('link', { name: 'Написать письмо' }).click();
  const write = async (words: string) => {
    await shop.getByLabel('Письмо').fill(words);
    await shop.getByRole('button', { name: 'Отправить' }).click();
    await expect(shop.getByText('Письмо отправлено')).toBeVisible();
  };
  await shop.getByLabel('Имя').fill('Вера Белова');
  await shop.getByLabel('Ваш адрес').fill('vera@example.org');
  await shop.getByLabel('Тема').fill('Где мой чай?');
  await write('Заказ 17, жду неделю.');

  const offer = desk.getByRole('region', { name: /^Письмо: / });
  await expect(offer).toContainText('Где мой чай?');
  await offer.getByRole('button', { name: 'Ответить' }).click();
  const work = desk.getByRole('region', { name: 'Работа с письмом' });
  await work.getByRole('textbox', { name: 'Текст письма' }).click();
  await desk.keyboard.press('Control+Home');
  await desk.keyboard.type('Чай уже в пути.');
  await desk.keyboard.press('Control+Shift+Enter');

  await shop.goto(server.url('shop', '/post'));
  const letters = shop.getByRole('article');
  await expect(async () => {
    await shop.reload();
    await expect(letters.filter({ hasText: 'Чай уже в пути.' })).toHaveCount(1, { timeout: 500 });
  }).toPass();
  await letters.filter({ hasText: 'Чай уже в пути.' }).getByRole('link', { name: 'Ответить' }).click();
  await write('Спасибо, жду.');
  await expect(work.getByRole('region', { name: 'История запроса' }).getByRole('article')).toHaveCount(3); // hers, ours, hers again: one case
});
