import type { Page } from '@playwright/test';
import { expect, form, row, test } from './administration';
import type { Desk } from './fixture';
import { deliver, mailService } from './mailing';

const BOX = 'shop@parley.test';
const VERA = 'Vera Belova <vera@example.org>';
const work = (desk: Desk) => desk.page.getByRole('region', { name: 'Работа с письмом' });
const list = (desk: Desk) => desk.page.getByRole('listbox', { name: 'Письма в очереди' }).getByRole('option');

/** Takes pictures for people to look at, where somebody asks for them. */
async function photo(page: Page, name: string): Promise<void> {
  const folder = process.env.PARLEY_PHOTOS;
  if (!folder) return;
  await page.screenshot({ path: `${folder}/${name}-light.png` });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: `${folder}/${name}-dark.png` });
  await page.emulateMedia({ colorScheme: 'light' });
}

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
  await anna.page.keyboard.press('Alt+5');
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
  await anna.page.keyboard.press('Alt+5');
  await anna.page.getByRole('tab', { name: 'Персональная очередь (1)' }).click();
  await list(anna).first().click();
  await expect(preview).toContainText('Категория: Доставка / Потеряно в пути');
  await photo(anna.page, 'preview');
});
