import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';

const parts = ['pieces', 'messages', 'chat', 'call', 'desk', 'admin'];

async function open(page: Page, query: string) {
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
  await page.goto(`/dev/kit?${query}`);
  await expect(page.locator('h2').first()).toBeVisible();
  await page.evaluate(() => document.fonts.ready);
  expect(wrong).toEqual([]);
}

async function seriousIssues(page: Page) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return violations
    .filter((one) => one.impact === 'serious' || one.impact === 'critical')
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
}

for (const theme of ['light', 'dark']) {
  for (const part of parts) {
    test(`[D-14] ${part} in ${theme}: photographed, axe finds no serious issue`, async ({ page }) => {
      await page.setViewportSize({ width: 1440, height: 1000 });
      await open(page, `theme=${theme}&part=${part}`);
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
      await page.screenshot({ path: `test-results/kit/${part}-${theme}.png` });
      expect(await seriousIssues(page)).toEqual([]);
    });
  }

  test(`[D-14] windows, menus and toasts in ${theme}: photographed, axe finds no serious issue`, async ({
    page,
  }) => {
    await open(page, `theme=${theme}&part=messages`);
    await page.getByRole('button', { name: 'Toast', exact: true }).click();
    await page.getByRole('button', { name: 'Error toast' }).click();
    await page.getByRole('button', { name: 'Error toast' }).click();
    await page.getByRole('button', { name: 'DecisionWindow' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expect(page.getByText('2 раза')).toBeVisible();
    await page.screenshot({ path: `test-results/kit/window-${theme}.png` });
    expect(await seriousIssues(page)).toEqual([]);

    await open(page, `theme=${theme}&part=pieces`);
    await page.keyboard.press('Control+k');
    await expect(page.getByPlaceholder('Что сделать?')).toBeFocused();
    await expect(page.getByRole('button', { name: 'Сочетания клавиш' })).toBeVisible();
    await page.screenshot({ path: `test-results/kit/palette-${theme}.png` });
    expect(await seriousIssues(page)).toEqual([]);
  });
}

for (const width of [1280, 800, 400]) {
  test(`[D-5/fits] the desktop fits into ${width} px without a page that scrolls sideways`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height: 800 });
    await open(page, 'theme=light&part=desk');
    await page.screenshot({ path: `test-results/kit/desk-${width}.png` });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(over).toBeLessThanOrEqual(0);
    await expect(page.getByRole('button', { name: 'Тема' })).toBeInViewport();
    await expect(page.getByRole('timer').first()).toBeInViewport();
  });
}

test('[D-14] text sizes scale the whole desktop and are remembered', async ({ page }) => {
  await open(page, 'theme=light&part=pieces');
  const height = () => page.getByRole('button', { name: 'Hang up' }).evaluate((one) => one.clientHeight);
  const before = await height();
  await page.getByText('Крупный').click();
  await expect.poll(height).toBeGreaterThan(before * 1.1);
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-text-size', 'large');
  await expect.poll(height).toBeGreaterThan(before * 1.1);
});

test('[A-11] the language follows the browser, and is switched by hand at once', async ({ page }) => {
  await open(page, 'part=pieces');
  await expect(page.locator('html')).toHaveAttribute('lang', 'ru');
  await page.getByText('English', { exact: true }).click();
  await expect(page.getByText('Wrap-up').first()).toBeVisible();
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});

test('[A-11] in the pseudo-language no word of the kit comes from the code', async ({ page }) => {
  for (const part of parts) {
    await open(page, `part=${part}&lang=en-XA`);
    await expect(page.getByRole('button').first()).toBeVisible();
    const named = await page
      .getByRole('button')
      .evaluateAll((buttons) => buttons.map((one) => one.ariaLabel ?? ''));
    const stray = named.filter((name) => /^[A-Z][a-z]+$/.test(name));
    expect(
      stray.filter(
        (name) =>
          !['Mute', 'Hold', 'Transfer', 'Directory', 'Documents', 'Calendar', 'Home', 'Settings'].includes(
            name,
          ),
      ),
    ).toEqual([]);
  }
});

test('[D-11] «?» opens the shortcuts outside text fields only', async ({ page }) => {
  await open(page, 'part=chat');
  const field = page.getByLabel('Сообщение').first();
  await field.focus();
  await page.keyboard.press('Shift+Slash');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await field.blur();
  await page.keyboard.press('Shift+Slash');
  await expect(page.getByRole('dialog', { name: 'Сочетания клавиш' })).toBeVisible();
});

test('[D-6] the list column is resized by keyboard and mouse, within limits, and remembered', async ({
  page,
}) => {
  await open(page, 'part=desk');
  const edge = page.getByRole('separator');
  await edge.focus();
  await page.keyboard.press('ArrowRight');
  await expect(edge).toHaveAttribute('aria-valuenow', '308');
  await page.keyboard.press('End');
  await expect(edge).toHaveAttribute('aria-valuenow', '380');
  const box = await edge.boundingBox();
  if (!box) throw new Error('no edge');
  await page.mouse.move(box.x + 4, box.y + 200);
  await page.mouse.down();
  await page.mouse.move(box.x - 56, box.y + 200);
  await page.mouse.up();
  await expect(edge).toHaveAttribute('aria-valuenow', '320');
  await page.reload();
  await expect(edge).toHaveAttribute('aria-valuenow', '320');
});

test('[R-2] a table of 1,000 rows draws only those in sight, and keeps its order and filter in the address', async ({
  page,
}) => {
  await open(page, 'part=admin');
  const rows = page.locator('tr[data-row]');
  expect(await rows.count()).toBeLessThan(60);
  await page.getByRole('button', { name: 'Обработано' }).click();
  await expect(page.getByRole('columnheader', { name: 'Обработано' })).toHaveAttribute(
    'aria-sort',
    /cending/,
  );
  await page.getByLabel('Фильтр списка').fill('Орлов 10');
  await expect(page.getByText(/из 1000/)).toBeVisible();
  expect(page.url()).toContain('handled');
  await page.reload();
  await expect(page.getByLabel('Фильтр списка')).toHaveValue('Орлов 10');
  await expect(rows.first()).toContainText('Орлов 10');
});

test('[R-5] «?» of a column opens its definition', async ({ page }) => {
  await open(page, 'part=admin');
  await page.getByRole('button', { name: 'Что значит «Загрузка»?' }).click();
  await expect(page.getByText('(обработка + постобработка) / (занят + готов)')).toBeVisible();
});

test('[X-3] a refused field says so at the field, and gets the focus', async ({ page }) => {
  await open(page, 'part=admin');
  const name = page.getByLabel('Имя', { exact: false }).first();
  await name.fill('');
  await page.keyboard.press('Control+s');
  await expect(page.getByText('Не может быть пустым')).toBeVisible();
  await expect(name).toBeFocused();
});

test('[X-2] changed by somebody else: the person sees where, and decides', async ({ page }) => {
  await open(page, 'part=admin');
  const name = page.getByLabel('Имя', { exact: false }).first();
  await name.fill('conflict');
  await page.getByRole('button', { name: 'Сохранить' }).click();
  const window = page.getByRole('dialog');
  await expect(window).toContainText('PAR-0003');
  await expect(window.getByRole('listitem')).toHaveText(['Имя']);
  await window.getByRole('button', { name: 'Взять другую версию' }).click();
  await expect(name).toHaveValue('Анна Белова (изменено)');
});

test('[D-11] closing a form with changes asks; without, it does not', async ({ page }) => {
  await open(page, 'part=admin');
  const form = page.getByRole('region', { name: 'Сергей Котов 2' });
  await form.getByLabel('Имя', { exact: false }).fill('Сергей');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toContainText('Выйти без сохранения?');
  await page.getByRole('button', { name: 'Продолжить редактирование' }).click();
  await form.getByLabel('Имя', { exact: false }).fill('Сергей Котов 2');
  await form.getByLabel('Имя', { exact: false }).press('Escape');
  await expect(form).toHaveCount(0);
});
