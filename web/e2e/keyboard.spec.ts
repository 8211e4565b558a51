import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixture';

/** Moves on by one key until the wanted thing has the focus; fails when it can't be reached. */
async function moveTo(page: Page, wanted: Locator, key: 'Tab' | 'ArrowDown' = 'Tab'): Promise<void> {
  const there = () => wanted.evaluate((one) => one === document.activeElement);
  await expect(wanted).toBeVisible();
  for (let steps = 0; steps < 60 && !(await there()); steps++) await page.keyboard.press(key);
  await expect(wanted).toBeFocused();
}

/** A key as it comes with the Russian layout: the place is the same, the letter is not. */
async function russian(
  page: Page,
  code: string,
  key: string,
  held: { alt?: boolean; shift?: boolean } = {},
): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const modifiers = (held.alt ? 1 : 0) + (held.shift ? 8 : 0);
  const windowsVirtualKeyCode = code.charCodeAt(code.length - 1);
  await session.send('Input.dispatchKeyEvent', {
    type: 'rawKeyDown',
    code,
    key,
    modifiers,
    windowsVirtualKeyCode,
  });
  await session.send('Input.dispatchKeyEvent', {
    type: 'keyUp',
    code,
    key,
    modifiers,
    windowsVirtualKeyCode,
  });
  await session.detach();
}

test('[D-11] a whole chat by keyboard alone, shortcuts in the Russian layout', async ({ open, server }) => {
  const desk = await open('anna');
  const { page } = desk;
  const { keyboard } = page;
  await expect(page.getByLabel(/^Имя пользователя/)).toBeFocused();
  await keyboard.type('anna');
  await keyboard.press('Tab');
  await keyboard.type('anna-demo-1');
  await keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Начать смену' })).toBeFocused();
  await keyboard.press('Enter');
  await expect(desk.state()).toContainText('Не готов');
  await moveTo(page, desk.state());
  await keyboard.press('Enter');
  await moveTo(page, page.getByRole('menuitem', { name: 'Готов', exact: true }), 'ArrowDown');
  await keyboard.press('Enter');
  await expect(desk.state()).toContainText('Готов');

  const customer = server.visitor();
  await customer.begin('Мария', 'Не проходит оплата');
  await expect(desk.offer()).toBeVisible();
  await russian(page, 'KeyA', 'ф', { alt: true });
  await expect(desk.log()).toContainText('Не проходит оплата');
  await russian(page, 'KeyM', 'ь', { alt: true });
  await expect(desk.field()).toBeFocused();
  await keyboard.type('Проверяю');
  await keyboard.press('Enter');
  await expect.poll(async () => (await customer.messages()).map((one) => one.text)).toContain('Проверяю');

  await russian(page, 'KeyT', 'Е', { alt: true, shift: true });
  const window = page.getByRole('dialog', { name: 'Перевести' });
  await expect(window.getByRole('textbox', { name: 'Найти сервис или коллегу' })).toBeFocused();
  await keyboard.type('Поддержка');
  await moveTo(page, window.getByRole('button', { name: 'Поддержка' }));
  await keyboard.press('Space');
  await expect(window.getByRole('button', { name: 'Перевести: Поддержка' })).toBeEnabled();
  await keyboard.press('Escape');
  await expect(window).toHaveCount(0);

  await russian(page, 'KeyQ', 'й', { alt: true });
  await expect(desk.state()).toContainText('Постобработка');
  await moveTo(page, desk.outcome().getByRole('combobox', { name: 'Статус разговора' }));
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await expect(desk.outcome().getByRole('combobox', { name: 'Статус разговора' })).not.toHaveValue('');
  await moveTo(page, desk.outcome().getByRole('textbox', { name: 'Комментарий' }));
  await keyboard.type('решено');
  await moveTo(page, desk.outcome().getByRole('button', { name: 'Завершить' }));
  await keyboard.press('Enter');
  await expect(desk.rows()).toHaveCount(0);
  await expect(desk.state()).toContainText('Готов');

  await moveTo(page, page.getByRole('button', { name: 'Выйти' }));
  await keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Выйти' })).toBeFocused();
  await keyboard.press('Enter');
  await expect(page.getByLabel(/^Имя пользователя/)).toBeVisible();
});

test('[D-11] rows by arrows, the list of shortcuts names them all', async ({ ready, server }) => {
  const desk = await ready('anna');
  await server.visitor().begin('Первый', 'раз');
  await desk.accept();
  await server.visitor().begin('Второй', 'два');
  await desk.offer().getByRole('button', { name: 'Открыть' }).click();
  await expect(desk.rows()).toHaveCount(2);
  await desk.rows().first().getByRole('button').focus();
  await desk.page.keyboard.press('ArrowDown');
  await expect(desk.rows().last().getByRole('button')).toBeFocused();
  await expect(desk.rows().last().getByRole('button')).toHaveAttribute('aria-current', 'true');
  await desk.page.keyboard.press('Shift+Slash');
  const window = desk.page.getByRole('dialog', { name: 'Сочетания клавиш' });
  for (const keys of ['Alt+Shift+T', 'Alt+Shift+D', 'Alt+Q', 'Alt+M', 'Alt+1', 'Ctrl+K', 'Ctrl+,'])
    await expect(window.getByText(keys, { exact: true })).toBeVisible();
});
