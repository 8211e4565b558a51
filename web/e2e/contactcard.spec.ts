import type { Page } from '@playwright/test';
import { seriousIssues } from './accessible';
import { chatEntry } from './administration';
import { test } from './agent';
import { expect } from './fixture';
import { deliver, mailService } from './mailing';

const axe = async (page: Page, where: string) => expect.soft(await seriousIssues(page), where).toEqual([]);

test('[D-2/card] [D-2/contact] [D-8] by keyboard: a card is made of an unknown customer, changed, and another one is added to it', async ({
  ready,
  server,
  admin,
}) => {
  test.setTimeout(120_000);
  const entry = await chatEntry(admin);
  await admin.call('PUT', `/api/entries/${entry.id}`, { ...entry, preChat: [] }); // nobody is asked for a name
  const desk = await ready('anna');
  const { page } = desk;
  const shot = (name: string) => page.screenshot({ path: `test-results/contactcard/${name}.png` });
  const keys = page.keyboard;
  await server.visitor().begin('', 'Подскажите, где заказ?');
  await desk.accept();
  await keys.press('Tab'); // from here on the keyboard: what has the focus is marked
  const unknown = desk.bar().getByRole('button', { name: /^Неизвестный клиент: / });
  await unknown.focus();
  await expect(page.getByRole('menuitem', { name: 'Создать контакт' })).toBeVisible();
  await shot('menu');
  await axe(page, 'the menu');
  await keys.press('ArrowDown');
  await expect(page.getByRole('menuitem', { name: 'Создать контакт' })).toBeFocused();
  await keys.press('Enter');
  const form = page.getByRole('dialog', { name: 'Новый контакт' });
  await expect(form.getByRole('textbox', { name: 'Имя' })).toBeFocused();
  const long = 'Вера Ёлкина-Константинопольская из отдела закупок';
  await keys.type(long);
  await form.getByRole('button', { name: 'Добавить адрес' }).press('Enter');
  await keys.type('это не адрес');
  await keys.press('Enter');
  await expect(form.getByText('Это не адрес эл. почты')).toBeVisible();
  await expect(form.getByRole('textbox', { name: 'Эл. почта 1' })).toBeFocused();
  await shot('form-error');
  await axe(page, 'the form');
  await keys.press('Control+A');
  await keys.type('vera@example.org');
  await keys.press('Enter');
  await expect(form).toBeHidden();
  await expect(desk.bar()).toContainText(long);
  await expect(desk.rows().first()).toContainText(long);
  await shot('known');

  const second = server.visitor();
  await second.begin('', 'Это снова я');
  await desk.offer().getByRole('button', { name: 'Принять', exact: true }).press('Enter');
  await page
    .getByRole('list', { name: 'Активные обращения' })
    .getByRole('button', { name: /Неизвестный клиент/ })
    .press('Enter');
  await page
    .getByRole('tabpanel', { name: 'Клиент' })
    .getByRole('button', { name: 'Добавить к существующему' })
    .press('Enter');
  const adding = page.getByRole('dialog', { name: 'Добавить к существующему контакту' });
  await keys.type('елкина');
  await adding
    .getByRole('button', { name: /^Вера|Вера Ёлкина/ })
    .first()
    .press('Enter');
  await shot('adding');
  await axe(page, 'adding to a card');
  await adding.getByRole('button', { name: /^Добавить к «Вера/ }).press('Enter');
  await expect(adding).toBeHidden();
  await expect(desk.rows().filter({ hasText: long })).toHaveCount(2);

  await desk.bar().getByRole('button', { name: 'Открыть контакт' }).press('Enter');
  const card = page.getByRole('tabpanel', { name: long });
  await card.getByRole('button', { name: 'Изменить контакт' }).press('Enter');
  const edit = page.getByRole('dialog', { name: 'Изменить контакт' });
  await expect(edit.getByRole('textbox', { name: 'Имя' })).toBeFocused();
  await edit.getByRole('textbox', { name: 'Статус' }).focus();
  await keys.type('VIP');
  await keys.press('Enter');
  await expect(edit).toBeHidden();
  await expect(desk.bar()).toContainText('VIP');
  await expect(card).toContainText('VIP');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shot('card-dark');
  await page.setViewportSize({ width: 900, height: 700 });
  await shot('card-narrow');
});

test('[D-4/cases] by keyboard: the search finds a case by its number and a word of its subject, and opens it', async ({
  ready,
  server,
  admin,
}) => {
  await mailService(admin, 'help@parley.test');
  const desk = await ready('anna');
  const { page } = desk;
  await deliver(server.smtp, 'help@parley.test', {
    from: 'Пётр <petr@example.org>',
    subject: 'Возврат чемодана',
    text: 'Когда?',
  });
  await page.keyboard.press('Alt+Shift+F');
  const cases = page.getByRole('region', { name: 'Запросы' });
  await expect(
    page.getByRole('textbox', { name: 'Имя, телефон, адрес, номер или тема запроса' }),
  ).toBeFocused();
  await page.keyboard.type('нет такого');
  await expect(cases.getByText('Запросов не найдено')).toBeVisible();
  await expect(async () => {
    await page.keyboard.press('Control+A');
    await page.keyboard.type('№ 1');
    await expect(cases.getByRole('button', { name: /№ 1 Возврат чемодана/ })).toBeVisible({ timeout: 1_500 });
    await page.keyboard.type(' ');
  }).toPass();
  await page.screenshot({ path: 'test-results/contactcard/search.png' });
  await axe(page, 'the search');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: /1/, selected: true })).toBeVisible();
  await expect(page.getByRole('tabpanel').filter({ hasText: 'Возврат чемодана' }).first()).toBeVisible();
});
