// Logos and photos on their way from a file to the customer.

import type { Page } from '@playwright/test';
import { form, row, save, test } from './administration';
import { expect } from './fixture';

/** A picture as people have them on their disks. */
async function drawn(page: Page, kind: 'logo' | 'face'): Promise<Buffer> {
  const url = await page.evaluate((kind) => {
    const canvas = Object.assign(document.createElement('canvas'), {
      width: 900,
      height: kind === 'logo' ? 240 : 1200,
    });
    const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
    if (kind === 'logo') {
      pen.fillStyle = '#ffd166';
      pen.font = 'bold 180px sans-serif';
      pen.fillText('☕ Липа', 20, 180);
      return canvas.toDataURL('image/png');
    }
    pen.fillStyle = '#9ec5e8';
    pen.fillRect(0, 0, 900, 1200);
    pen.fillStyle = '#3b2a20';
    pen.beginPath();
    pen.ellipse(450, 560, 270, 300, 0, 0, 7);
    pen.fill();
    pen.fillStyle = '#e8b48c';
    pen.beginPath();
    pen.ellipse(450, 620, 210, 260, 0, 0, 7);
    pen.fill();
    pen.fillStyle = '#2f6f4e';
    pen.fillRect(150, 950, 600, 250);
    return canvas.toDataURL('image/jpeg');
  }, kind);
  return Buffer.from(url.split(',')[1] ?? '', 'base64');
}

const drawing = { name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from('<svg onload="alert(1)"/>') };
const shown = (page: Page, css: string) =>
  expect.poll(() =>
    page
      .locator(css)
      .first()
      .evaluate((i: HTMLImageElement) => i.naturalWidth),
  );

async function openChat(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator('.launcher').click();
  await expect(page.getByRole('dialog')).toBeVisible();
}

test('[C-20/logo] [M-15/chat-entry] a logo is seen before it is saved, then by customers, until it is removed', async ({
  administration,
  page,
  server,
}) => {
  const admin = await administration('entries');
  const logo = await drawn(admin, 'logo');
  await row(admin, 'demo-shop').click();
  const entry = form(admin, /./).last();
  const field = entry.getByRole('group', { name: 'Логотип' });
  await field.locator('input[type=file]').setInputFiles(drawing);
  await expect(field.getByRole('alert')).toContainText('PNG, JPEG или GIF');
  await field
    .locator('input[type=file]')
    .setInputFiles({ name: 'лого.png', mimeType: 'image/png', buffer: logo });
  await expect(field.getByRole('button', { name: 'Заменить' })).toBeVisible();
  await expect(field.getByRole('alert')).toHaveCount(0);
  await shown(admin, 'fieldset img').toBe(900);
  await entry.getByRole('button', { name: 'Сохранить' }).click();
  await expect(field).toHaveCount(0);

  await openChat(page, server.url('shop'));
  await shown(page, '.header .logo').toBe(256);

  await row(admin, 'demo-shop').click();
  await shown(admin, 'fieldset img').toBe(256);
  await field.getByRole('button', { name: 'Убрать' }).click();
  await expect(field.getByRole('button', { name: 'Выбрать картинку' })).toBeFocused();
  await entry.getByRole('button', { name: 'Сохранить' }).click();
  await expect(field).toHaveCount(0);
  await page.reload();
  await expect(page.locator('.header .title')).toBeVisible();
  await expect(page.locator('.header .logo')).toHaveCount(0);
});

test('[C-20/photos] [P-30/photo] an agent’s photo comes from the user’s form or the own settings and goes to the customer', async ({
  administration,
  ready,
  page,
  server,
}) => {
  const admin = await administration('users');
  const face = { name: 'anna.jpg', mimeType: 'image/jpeg', buffer: await drawn(admin, 'face') };
  await row(admin, 'anna').click();
  const field = form(admin, /Анна/).getByRole('group', { name: 'Фото' });
  await field.locator('input[type=file]').setInputFiles(face);
  await shown(admin, 'fieldset img').toBe(900);
  await save(admin, /Анна/);
  await expect(field).toHaveCount(0);

  const anna = await ready('anna');
  await openChat(page, server.url('shop'));
  await page.getByLabel('Ваше имя').fill('Ольга');
  await page.getByLabel('Ваш вопрос').fill('Есть ли липа?');
  await page.getByRole('button', { name: 'Начать чат' }).click();
  await anna.accept();
  await anna.say('Есть, в пачках по 200 г.');
  await expect(page.getByRole('log')).toContainText('Есть, в пачках');
  await shown(page, '.header .face img').toBe(192);
  await shown(page, '.agent .face img').toBe(192);

  await anna.page.keyboard.press('Control+Comma');
  const own = anna.page.getByRole('dialog').getByRole('region', { name: 'Фото' });
  await shown(anna.page, '[role=dialog] img').toBe(192);
  await own.getByRole('button', { name: 'Убрать' }).click();
  await expect(own.getByRole('button', { name: 'Выбрать картинку' })).toBeVisible();
  await expect(own.locator('img')).toHaveCount(0);
  // A picture that is gone leaves the letter, not a hole.
  await page.reload();
  await expect(page.getByRole('log')).toContainText('Есть, в пачках');
  await expect(page.locator('.agent .face').first()).toContainText('А');
});
