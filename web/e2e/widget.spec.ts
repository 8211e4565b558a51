// The customer's chat in a real browser on the demo shop, against the real
// server; the agent works by the API.

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './agent';
import { begin, log, open, panel } from './talking';

const field = (p: Page) => p.locator('.composer textarea');

async function say(p: Page, text: string): Promise<void> {
  await field(p).fill(text);
  await field(p).press('Enter');
}

const own = (p: Page) => p.locator('.own .text').allTextContents();

test('[C-20/position] who waits sees the place in the queue, and how it moves', async ({ page, server }) => {
  const before = server.visitor();
  await before.begin('Пётр', 'Я первый');
  await open(page, server);
  await begin(page, 'Долго ли ждать?');
  await expect(log(page).getByText('Место в очереди: 2')).toBeVisible();
  await before.end();
  await expect(log(page).getByText('Место в очереди: 1')).toBeVisible({ timeout: 10_000 });
});

test('[C-6] customer and agent write to each other, see typing and marks', async ({
  page,
  server,
  agent,
}) => {
  const anna = await agent('anna');
  await open(page, server);
  await begin(page, 'Есть ли липа в пачках по 200 г?');
  const chat = await anna.accept();
  await expect(log(page).getByText('Анна теперь в чате')).toBeVisible();
  chat.types(true);
  await expect(log(page).getByText('Анна печатает…')).toBeVisible();
  await chat.say('Есть, https://shop.example/linden?g=200.');
  await expect(log(page).getByText('Анна печатает…')).toBeHidden();
  const link = log(page).getByRole('link', { name: 'https://shop.example/linden?g=200' });
  await expect(link).toHaveAttribute('rel', /noopener/);
  await expect(link).toHaveAttribute('href', 'https://shop.example/linden?g=200');
  await say(page, '<b>Спасибо</b>');
  await chat.hears('<b>Спасибо</b>');
  await expect(log(page).getByText('<b>Спасибо</b>')).toBeVisible();
  await chat.read(10);
  await expect(page.locator('.own .read').last()).toBeVisible();
});

test('[C-6/page] the agent sees where on the site the customer is, also without a load', async ({
  page,
  server,
  agent,
}) => {
  const anna = await agent('anna');
  await open(page, server, '/catalogue');
  await begin(page, 'Что посоветуете?');
  await anna.accept();
  await page.getByRole('button', { name: 'Сборы' }).click();
  const f = await anna.frame((f) => f.type === 'conversation.changed' && /kind=blend/.test(f.data.page?.url));
  expect(f.data.page.title).toContain('Каталог');
});

test('[C-11] files go both ways: by the button, dragged and pasted; a refused one says why', async ({
  page,
  server,
  agent,
}) => {
  const anna = await agent('anna');
  await open(page, server);
  await begin(page, 'Пришлю чек');
  const chat = await anna.accept();
  await expect(log(page).getByText('Анна теперь в чате')).toBeVisible();

  const button = page.locator('.composer input[type=file]');
  await button.setInputFiles({
    name: 'чек.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('%PDF-1.7 чек'),
  });
  await expect(log(page).getByRole('link', { name: /чек\.pdf/ })).toBeVisible();

  await panel(page).evaluate((el, png) => {
    const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], 'фото.png', { type: 'image/png' }));
    el.dispatchEvent(new DragEvent('dragover', { dataTransfer: data, bubbles: true, cancelable: true }));
    el.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  }, pixel);
  const picture = log(page).getByRole('button', { name: 'фото.png' });
  await expect(picture).toBeVisible();
  await expect.poll(() => picture.locator('img').evaluate((i: HTMLImageElement) => i.naturalWidth)).toBe(1);
  // From its first moment the keys are the picture's: who is quick with Escape does not close the chat behind it.
  const focused = await picture.evaluate(
    (el: HTMLElement) =>
      new Promise<boolean>((done) => {
        const root = el.getRootNode() as ShadowRoot;
        new MutationObserver((_, watch) => {
          const full = root.querySelector('.full');
          if (!full) return;
          watch.disconnect();
          done(full.contains(root.activeElement));
        }).observe(root, { childList: true, subtree: true });
        el.click();
      }),
  );
  expect(focused).toBe(true);
  await expect(page.getByRole('dialog', { name: 'фото.png' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'фото.png' })).toBeHidden();
  await expect(panel(page)).toBeVisible();

  await field(page).evaluate((el) => {
    const data = new DataTransfer();
    data.items.add(new File(['заметки'], 'заметки.txt', { type: 'text/plain' }));
    el.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await expect(log(page).getByRole('link', { name: /заметки\.txt/ })).toBeVisible();

  await button.setInputFiles({
    name: 'вирус.exe',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from('MZ'),
  });
  await expect(log(page).getByText('Такие файлы не принимаются')).toBeVisible();
  await button.setInputFiles({
    name: 'не-pdf.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('<html>'),
  });
  await expect(log(page).locator('.refused', { hasText: /pdf/i })).toBeVisible();

  await chat.sendFile('накладная.pdf', 'application/pdf', Buffer.from('%PDF-1.4 x'));
  await expect(log(page).getByRole('link', { name: /накладная\.pdf/ })).toBeVisible();
});

test('[C-14] the customer ends the chat and may begin another', async ({ page, server, agent }) => {
  const anna = await agent('anna');
  await open(page, server);
  await begin(page, 'Первый вопрос');
  const chat = await anna.accept();
  await expect(log(page).getByText('Анна теперь в чате')).toBeVisible();
  await page.getByRole('button', { name: 'Завершить чат' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Завершить чат' }).click();
  await anna.frame(
    (f) => f.type === 'segment.changed' && f.data.id === chat.segmentId && f.data.state === 'ended',
  );
  await page.getByRole('button', { name: 'Начать новый чат' }).click();
  await expect(page.getByLabel('Ваше имя')).toHaveValue('Ольга');
});

test('[C-14] the agent ends the chat and the customer is told', async ({ page, server, agent }) => {
  const anna = await agent('anna');
  await open(page, server);
  await begin(page, 'Вопрос');
  const chat = await anna.accept();
  await chat.end();
  await expect(page.getByRole('button', { name: 'Начать новый чат' })).toBeVisible();
});

test('[C-10] a silent customer sees the question, then why the chat was closed', async ({
  page,
  server,
  admin,
  agent,
}) => {
  const { items } = await admin.call('GET', '/api/services?limit=10');
  for (const service of items) {
    const chat = { ...service.chat, idleQuestionSeconds: 1, idleCloseSeconds: 1 };
    await admin.call('PUT', `/api/services/${service.id}`, { ...service, chat });
  }
  const anna = await agent('anna');
  await open(page, server);
  await begin(page, 'Вопрос');
  const chat = await anna.accept();
  await chat.say('Ответ');
  const { idleQuestion, idleClosed } = items[0].chat.texts.ru;
  await expect(log(page).getByText(idleQuestion)).toBeVisible();
  await expect(log(page).getByText(idleClosed)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Начать новый чат' })).toBeVisible();
});

test('[C-20/isolation] nothing of the page comes in, nothing of the widget goes out', async ({
  page,
  server,
}) => {
  const violations: string[] = [];
  page.on('console', (m) => /Content Security Policy/.test(m.text()) && violations.push(m.text()));
  const before = await page.goto(server.url('shop')).then(() => styles(page));
  await page.locator('.launcher').click();
  await expect(panel(page)).toBeVisible();
  expect(await styles(page)).toEqual(before);

  const look = await panel(page).evaluate((el) => {
    const s = getComputedStyle(el.querySelector('h2') ?? el);
    const b = getComputedStyle(el.querySelector('button.primary') ?? el);
    return {
      font: s.fontFamily,
      size: s.fontSize,
      spacing: s.letterSpacing,
      upper: b.textTransform,
      radius: b.borderRadius,
    };
  });
  expect(look).toEqual({
    font: 'system-ui, sans-serif',
    size: '16px',
    spacing: 'normal',
    upper: 'none',
    radius: '8px',
  });
  // The site's own shortcut must not fire while somebody writes.
  await page.getByLabel('Ваш вопрос').fill('a');
  await page.keyboard.type('/b');
  await expect(page.getByLabel('Ваш вопрос')).toHaveValue('a/b');
  await expect(page).toHaveURL(server.url('shop'));
  expect(violations).toEqual([]);
});

for (const [name, options] of Object.entries({
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true },
})) {
  test(`[C-20/accessible] no findings of axe, ${name}`, async ({ browser, server, agent }) => {
    const anna = await agent('anna');
    const context = await browser.newContext({ ...options, locale: 'ru-RU', reducedMotion: 'reduce' });
    const page = await context.newPage();
    const check = async () => {
      const found = await new AxeBuilder({ page }).include('html > div').analyze();
      expect(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`)).toEqual([]);
    };
    await open(page, server);
    await check();
    await page.getByRole('button', { name: 'Начать чат' }).click();
    await check();
    await begin(page, 'Здравствуйте, есть вопрос');
    const chat = await anna.accept();
    await chat.say('Слушаю, https://shop.example/x');
    await expect(log(page).getByText('Слушаю')).toBeVisible();
    await page.getByRole('button', { name: 'Смайлики' }).click();
    await check();
    await context.close();
  });
}

test('[C-20/phone] on a phone the chat fills the screen and nothing is cut off', async ({
  browser,
  server,
}) => {
  const context = await browser.newContext({
    viewport: { width: 360, height: 640 },
    hasTouch: true,
    isMobile: true,
    locale: 'ru-RU',
  });
  const page = await context.newPage();
  await open(page, server);
  expect(await panel(page).boundingBox()).toEqual({ x: 0, y: 0, width: 360, height: 640 });
  const wide = await panel(page).evaluate(
    (el) => [...el.querySelectorAll('*')].filter((x) => x.scrollWidth > 360).length,
  );
  expect(wide).toBe(0);
  for (const b of await panel(page).getByRole('button').all()) {
    const box = await b.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(40);
  }
  await context.close();
});

test('[C-20/languages] an English page gets English words', async ({ browser, server }) => {
  const context = await browser.newContext({ locale: 'ru-RU' });
  const page = await context.newPage();
  await page.goto(server.url('shop', '/en/delivery'));
  await page.locator('.launcher').click();
  await expect(page.getByRole('button', { name: 'Start chat' })).toBeVisible();
  await expect(page.getByRole('dialog', { name: 'Write to us' })).toBeVisible();
  await context.close();
});

test('[C-20/unread] a closed or hidden chat shows what is new', async ({ page, server, agent }) => {
  const anna = await agent('anna');
  await open(page, server);
  await begin(page, 'Вопрос');
  const chat = await anna.accept();
  await expect(log(page).getByText('Анна теперь в чате')).toBeVisible();
  await page.getByRole('button', { name: 'Закрыть' }).first().click();
  await chat.say('Раз');
  await chat.say('Два');
  await expect(page.locator('.badge')).toHaveText('2');
  await expect(page.getByRole('button', { name: 'Новых сообщений: 2' })).toBeVisible();
  await page.locator('.launcher').click();
  await expect(page.locator('.badge')).toBeHidden();
  await anna.frame((f) => f.type === 'conversation.changed' && f.data.customerReadN >= 4);
});

test('[C-21/reload] reload and other pages in the middle of writing lose and double nothing', async ({
  page,
  server,
  agent,
}) => {
  const anna = await agent('anna');
  await open(page, server);
  await begin(page, 'Начало');
  const chat = await anna.accept();
  await expect(log(page).getByText('Анна теперь в чате')).toBeVisible();
  for (const [i, go] of [
    () => page.reload(),
    () => page.goto(server.url('shop', '/delivery')),
    () => page.goBack(),
  ].entries()) {
    await say(page, `перед ${i}`);
    await go();
    await expect(panel(page)).toBeVisible();
    await chat.say(`ответ ${i}`);
    await expect(log(page).getByText(`ответ ${i}`)).toBeVisible();
  }
  await chat.hears('перед 2');
  expect(await own(page)).toEqual(['Начало', 'перед 0', 'перед 1', 'перед 2']);
  expect(await chat.texts()).toEqual(['Начало', 'перед 0', 'перед 1', 'перед 2']);
});

test('[C-21/network] what is written without network goes out, once and in order, when it is back', async ({
  page,
  context,
  server,
  agent,
}) => {
  const anna = await agent('anna');
  await open(page, server);
  await begin(page, 'Начало');
  const chat = await anna.accept();
  await expect(log(page).getByText('Анна теперь в чате')).toBeVisible();
  await context.setOffline(true);
  for (const t of ['один', 'два', 'три']) await say(page, t);
  await chat.say('пока вас не было');
  await expect(page.locator('.own .sending')).toHaveCount(3);
  await context.setOffline(false);
  await chat.hears('три');
  await expect(log(page).getByText('пока вас не было')).toBeVisible();
  await expect(page.locator('.own .sending')).toHaveCount(0);
  expect(await chat.texts()).toEqual(['Начало', 'один', 'два', 'три']);
});

test('[C-21/restart] the server is killed in the middle of a talk', async ({ page, server, agent }) => {
  const anna = await agent('anna');
  await open(page, server);
  await begin(page, 'Начало');
  const chat = await anna.accept();
  await expect(log(page).getByText('Анна теперь в чате')).toBeVisible();
  await say(page, 'до падения');
  await chat.hears('до падения');
  await server.stop('SIGKILL');
  await say(page, 'во время');
  await expect(page.getByText('Нет связи')).toBeVisible();
  await server.start();
  await anna.connect();
  await chat.hears('во время');
  await chat.say('мы снова тут');
  await expect(log(page).getByText('мы снова тут')).toBeVisible();
  await expect(page.getByText('Нет связи')).toBeHidden();
  expect(await own(page)).toEqual(['Начало', 'до падения', 'во время']);
  expect(await chat.texts()).toEqual(['Начало', 'до падения', 'во время']);
});

test('[C-21/polling] where sockets are blocked the chat works by polling', async ({
  page,
  server,
  agent,
}) => {
  const anna = await agent('anna');
  await page.routeWebSocket(/\/socket$/, (ws) => ws.close());
  await page.addInitScript(() => {
    // A proxy that knows no sockets: the handshake itself fails.
    const Original = window.WebSocket;
    window.WebSocket = class extends Original {
      constructor(_url: string | URL, protocols?: string | string[]) {
        super('ws://127.0.0.1:1/', protocols);
      }
    };
  });
  await open(page, server);
  await begin(page, 'Слышно?');
  const chat = await anna.accept();
  await chat.say('Слышно');
  await expect(log(page).getByText('Слышно', { exact: true })).toBeVisible();
  await say(page, 'Отлично');
  await chat.hears('Отлично');
});

test('[C-21/tabs] two tabs of one visitor stay in step', async ({ page, context, server, agent }) => {
  const anna = await agent('anna');
  await open(page, server);
  const second = await context.newPage();
  await second.goto(server.url('shop', '/contacts'));
  await second.locator('.launcher').click();
  await begin(page, 'Из первой');
  await expect(log(second).getByText('Из первой')).toBeVisible();
  const chat = await anna.accept();
  await say(second, 'Из второй');
  await chat.hears('Из второй');
  await expect(log(page).getByText('Из второй')).toBeVisible();
  expect(await chat.texts()).toEqual(['Из первой', 'Из второй']);
});

const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

function styles(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('body, body *')].map((el) => {
      const s = getComputedStyle(el);
      const b = el.getBoundingClientRect();
      return `${el.tagName} ${s.font} ${s.color} ${s.backgroundColor} ${s.display} ${b.x} ${b.y} ${b.width} ${b.height}`;
    }),
  );
}
