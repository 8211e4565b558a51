import { expect, form, row, test } from './administration';
import type { Desk } from './fixture';
import { deliver, mailService, work } from './mailing';
import { photo } from './photo';

test.use({ actionTimeout: 8_000 });
const BOX = 'shop@parley.test';
const VERA = 'Vera Belova <vera@example.org>';
const list = (desk: Desk) => desk.page.getByRole('listbox', { name: 'Письма в очереди' }).getByRole('option');

test('[E-40/category] the administrator’s tree of categories is chosen from by keyboard while a case is open, and the choice stands in its history', async ({
  administration,
  admin,
  ready,
  server,
}) => {
  test.setTimeout(120_000); // a desk and the administration
  await mailService(admin, BOX);
  const page = await administration('categories');
  await expect(row(page, 'Опаздывает')).toContainText('Доставка');
  await page.keyboard.press('Alt+KeyN');
  const fresh = form(page, /^Новое/);
  await expect(fresh.getByLabel('Название')).toBeFocused();
  await page.keyboard.type('Потеряно в пути');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Доставка');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await photo(page, 'categories');
  await page.keyboard.press('Control+KeyS');
  await expect(row(page, 'Потеряно в пути')).toContainText('Доставка');

  const anna = await ready('anna');
  await deliver(server.smtp, BOX, { from: VERA, subject: 'Где мой заказ', text: 'Жду неделю.' });
  await anna.page.keyboard.press('Alt+3');
  await list(anna).first().click();
  const preview = anna.page.getByRole('region', { name: 'Просмотр' });
  await expect(preview.getByRole('heading', { name: /№ 1/ })).toBeVisible();
  await expect(preview.getByRole('combobox', { name: 'Категория' })).toHaveCount(0); // not open yet
  await list(anna).first().dblclick();
  const category = work(anna).getByRole('combobox', { name: 'Категория' });
  await expect(category).toBeVisible();
  await category.focus();
  await anna.page.keyboard.press('ArrowDown');
  await expect(anna.page.getByRole('option')).toHaveCount(11);
  await photo(anna.page, 'tree');
  await anna.page.keyboard.type('потер');
  await expect(anna.page.getByRole('option')).toHaveText(['Доставка', 'Потеряно в пути']);
  await anna.page.keyboard.press('ArrowDown');
  await anna.page.keyboard.press('ArrowDown');
  await anna.page.keyboard.press('Enter');
  await expect(category).toHaveValue('Доставка / Потеряно в пути');
  await work(anna).getByText('События', { exact: true }).click();
  const history = work(anna).getByRole('region', { name: 'История запроса' });
  await expect(history).toContainText('изменил(а) категорию: нет → Доставка / Потеряно в пути');
  await anna.page.reload();
  await expect(category).toHaveValue('Доставка / Потеряно в пути');
  await photo(anna.page, 'head');

  // Back in the queue it is read there, and not changed.
  await anna.page.keyboard.press('Control+s');
  await expect(anna.rows()).toHaveCount(0);
  await anna.page.keyboard.press('Alt+3');
  await anna.page.getByRole('tab', { name: 'Персональная очередь (1)' }).click();
  await list(anna).first().click();
  await expect(preview).toContainText('Категория: Доставка / Потеряно в пути');
  await photo(anna.page, 'preview');
});

test('[E-20/fields] [M-16/case-fields] the administrator’s fields are filled in by keyboard while a case is open, kept, and told to others in its history', async ({
  administration,
  admin,
  ready,
  server,
}) => {
  test.setTimeout(150_000); // two desks and the administration
  await mailService(admin, BOX);
  const page = await administration('case-fields');
  await expect(row(page, 'Номер заказа')).toContainText('Текст');
  await page.keyboard.press('Alt+KeyN');
  const fresh = form(page, /^Новое/);
  await expect(fresh.getByLabel('Название')).toBeFocused();
  await page.keyboard.type('Размер коробки');
  await fresh.getByLabel('Вид').click();
  await page.getByRole('option', { name: 'Выбор из списка' }).click();
  await fresh.getByLabel('Варианты').click();
  await page.keyboard.type('Малая,Очень большая коробка,');
  await photo(page, 'field-form');
  await page.keyboard.press('Control+KeyS');
  await expect(row(page, 'Размер коробки')).toContainText('Очень большая коробка');
  await row(page, 'Размер коробки').click();
  await expect(form(page, 'Размер коробки').getByLabel('Вид')).toBeDisabled();
  const more = [
    { name: 'Вес, кг', kind: 'number', order: 30 },
    { name: 'Доставить до', kind: 'date', order: 40 },
    { name: 'Что случилось', kind: 'long_text', order: 50 },
    { name: 'Хрупкое', kind: 'checkbox', order: 60 },
  ];
  for (const field of more) await admin.call('POST', '/api/case-fields', field);

  const anna = await ready('anna');
  await deliver(server.smtp, BOX, { from: VERA, subject: 'Коробка разбита', text: 'Помогите.' });
  await anna.page.keyboard.press('Alt+3');
  await list(anna).first().click();
  const preview = anna.page.getByRole('region', { name: 'Просмотр' });
  await expect(preview.getByRole('heading', { name: /№ 1/ })).toBeVisible();
  await expect(preview.getByText('Номер заказа')).toHaveCount(0); // nothing is told yet
  await list(anna).first().dblclick();
  const fields = work(anna).getByRole('group', { name: 'Поля запроса' });
  const number = fields.getByLabel('Номер заказа');
  await number.focus();
  await anna.page.keyboard.type('A-1789');
  await anna.page.keyboard.press('Tab'); // to the way of delivery, which keeps the number
  await anna.page.keyboard.press('ArrowDown');
  await anna.page.keyboard.press('ArrowDown');
  await anna.page.keyboard.press('Enter');
  await expect(work(anna).getByRole('button', { name: 'Поля: 2 из 7' })).toBeVisible();

  await test.step('what is no number is said at the field, and goes with Esc', async () => {
    const weight = fields.getByLabel('Вес, кг');
    await weight.fill('много');
    await weight.press('Enter');
    await expect(weight).toHaveAccessibleDescription('Число, не больше 15 цифр.');
    await photo(anna.page, 'field-wrong');
    await weight.press('Escape');
    await expect(weight).toHaveValue('');
    await expect(weight).toHaveAccessibleDescription('');
    await weight.fill('12,5');
    await weight.press('Enter');
    await expect(work(anna).getByRole('button', { name: 'Поля: 3 из 7' })).toBeVisible();
  });

  await fields.getByLabel('Доставить до').fill('2026-12-31');
  await fields
    .getByLabel('Что случилось')
    .fill(`Коробку уронили при погрузке.\n${'Содержимое цело. '.repeat(20)}`);
  await fields.getByRole('checkbox', { name: 'Хрупкое' }).check();
  await expect(work(anna).getByRole('button', { name: 'Поля: 6 из 7' })).toBeVisible();
  await photo(anna.page, 'fields');
  await anna.page.setViewportSize({ width: 900, height: 800 });
  await photo(anna.page, 'fields-narrow');
  await anna.page.setViewportSize({ width: 1440, height: 900 });
  await anna.page.reload();
  await expect(number).toHaveValue('A-1789');
  await expect(fields.getByLabel('Вес, кг')).toHaveValue('12,5');
  await expect(fields.getByLabel('Доставить до')).toHaveValue('2026-12-31');
  await expect(fields.getByRole('checkbox', { name: 'Хрупкое' })).toBeChecked();

  await test.step('what is typed and not left is kept when the draft is saved', async () => {
    await number.fill('A-1790');
    await anna.page.keyboard.press('Control+s');
    await expect(anna.rows()).toHaveCount(0);
    await anna.page.keyboard.press('Alt+3');
    await anna.page.getByRole('tab', { name: 'Персональная очередь (1)' }).click();
    await list(anna).first().click();
    const told = preview.getByRole('region', { name: 'Поля запроса' });
    await expect(told).toContainText('Номер заказа:A-1790');
    await expect(told).toContainText('31 дек. 2026');
    await photo(anna.page, 'fields-preview');
  });

  await test.step('another agent reads who changed what', async () => {
    await anna.page.getByRole('button', { name: 'Вернуть' }).click();
    const boris = await ready('boris');
    await boris.page.keyboard.press('Alt+3');
    await list(boris).first().click();
    const theirs = boris.page.getByRole('region', { name: 'Просмотр' });
    await theirs.getByText('События', { exact: true }).click();
    const history = theirs.getByRole('region', { name: 'История запроса' });
    await expect(history).toContainText('изменил(а) «Номер заказа»: A-1789 → A-1790');
    await expect(history).toContainText('изменил(а) «Доставить до»: нет → 31 дек. 2026');
    await photo(boris.page, 'fields-history');
  });
});
