import type { Locator, Page } from '@playwright/test';
import { test } from './agent';
import { expect } from './fixture';
import { deliver, mailService } from './mailing';

const BOX = 'shop@parley.test';

/** Something has the focus, and it is seen. */
async function hasFocus(page: Page): Promise<void> {
  await expect
    .poll(() =>
      page.evaluate(() => {
        const at = document.activeElement as HTMLElement | null;
        return at !== null && at !== document.body && at.checkVisibility();
      }),
    )
    .toBe(true);
}

/** Moves on by one key until the wanted thing has the focus; the focus never leaves the page on the way. */
async function moveTo(page: Page, wanted: Locator, key = 'Tab'): Promise<void> {
  await expect(wanted).toBeVisible();
  const there = () => wanted.evaluate((one) => one === document.activeElement);
  for (let steps = 0; steps < 60 && !(await there()); steps++) await page.keyboard.press(key);
  await expect(wanted).toBeFocused();
}

test('[D-11] [E-16/desk] [E-30/desk] [E-40/desk] mails by keyboard alone: looked at, taken, set aside, opened, answered with a file and closed; the focus is never lost', async ({
  admin,
  ready,
  server,
}) => {
  await mailService(admin, BOX);
  const desk = await ready('anna');
  const { page } = desk;
  const { keyboard } = page;
  page.on('filechooser', () => {}); // asked for long before, or it may come too early to be told of
  for (const subject of ['Где мой багаж', 'Реклама', 'Вопрос об оплате'])
    await deliver(server.smtp, BOX, { from: 'Vera <vera@example.org>', subject, text: 'Прошу ответить.' });
  const row = (name: RegExp) => page.getByRole('option', { name });
  await keyboard.press('Alt+3');
  await expect(page.getByRole('tab', { name: 'Групповая очередь (3)' })).toBeVisible();
  await moveTo(page, page.getByRole('option').first());
  // Down and up again: each is looked at, none is opened.
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await expect(row(/Реклама/)).toBeFocused();
  const preview = page.getByRole('region', { name: 'Просмотр' });
  await expect(preview.getByRole('heading')).toHaveText('№ 2 Реклама');
  await expect(preview).toContainText('Открыт');
  // Chosen and disposed of.
  await keyboard.press('Space');
  await moveTo(page, page.getByRole('toolbar').getByRole('button', { name: 'Спам' }), 'Shift+Tab');
  await keyboard.press('Enter');
  await moveTo(page, page.getByRole('dialog').getByRole('button', { name: 'Спам' }));
  await keyboard.press('Enter');
  await expect(page.getByRole('option')).toHaveCount(2);
  await hasFocus(page);
  await moveTo(page, page.getByRole('option').first());
  await keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Текст письма' })).toBeVisible();
  await hasFocus(page);
  await keyboard.press('Control+s');
  await expect(page.getByRole('option')).toHaveCount(1);
  await hasFocus(page);
  await moveTo(page, page.getByRole('option').first());
  await keyboard.press('Space');
  await keyboard.press('Alt+t');
  await expect(page.getByRole('option')).toHaveCount(0);
  await hasFocus(page);
  await moveTo(page, page.getByRole('tab', { name: 'Групповая очередь (0)' }), 'Shift+Tab');
  await keyboard.press('ArrowRight');
  await expect(page.getByRole('option')).toHaveCount(2);
  await moveTo(page, row(/Где мой багаж/));
  await keyboard.press('Enter');

  // Written, with a file, its case set by hand, sent.
  const work = page.getByRole('region', { name: 'Работа с письмом' });
  await expect(work.getByRole('heading', { name: '№ 1 Где мой багаж' })).toBeVisible();
  const text = work.getByRole('textbox', { name: 'Текст письма' });
  await expect(text).toBeVisible();
  await keyboard.press('Alt+m');
  await keyboard.type('Уже везём.');
  await expect(text).toContainText('Уже везём.');
  await moveTo(page, work.getByRole('button', { name: 'Приложить файлы' }));
  const chosen = page.waitForEvent('filechooser');
  await keyboard.press('Enter');
  await (await chosen).setFiles({ name: 'акт.txt', mimeType: 'text/plain', buffer: Buffer.from('акт 5') });
  await expect(work.getByRole('list', { name: 'Вложения' })).toContainText('акт.txt');
  await moveTo(page, work.getByRole('combobox', { name: 'Установить статус' }), 'Shift+Tab');
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await expect(work.getByRole('combobox', { name: 'Установить статус' })).toHaveValue('Отложен');
  await keyboard.press('Alt+m');
  await keyboard.press('Control+Enter');
  await expect(desk.state()).toContainText('Постобработка');
  await hasFocus(page);
  await expect.poll(() => server.relay.mails[0]?.text ?? '').toContain('акт 5');
});
