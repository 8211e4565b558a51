import { seriousIssues } from './accessible';
import { test } from './agent';
import { expect } from './fixture';
import { deliver, mailService } from './mailing';

for (const scheme of ['light', 'dark'] as const) {
  test.describe(scheme, () => {
    test.use({ colorScheme: scheme });

    test(`[D-14] the desk in ${scheme}: from sign-in to wrap-up axe finds no serious issue`, async ({
      open,
      server,
    }) => {
      test.setTimeout(120_000);
      const desk = await open('anna');
      const look = async (name: string) => {
        await desk.page.screenshot({ path: `test-results/desk/${name}-${scheme}.png` });
        expect.soft(await seriousIssues(desk.page), name).toEqual([]);
      };
      await expect(desk.page.getByLabel(/^Пароль/)).toBeVisible();
      await expect(desk.page.locator('html')).toHaveAttribute('data-mantine-color-scheme', scheme);
      await look('sign-in');
      await desk.signIn('anna');
      await expect(desk.page.getByRole('button', { name: 'Начать смену' })).toBeVisible();
      await look('start-shift');
      await desk.startShift();
      await desk.choose('Готов');
      await expect(desk.page.getByText('Время на перерыв')).toBeVisible();
      await look('home');
      const customer = server.visitor();
      await customer.begin('Мария Смирнова', 'Не проходит оплата картой на последнем шаге');
      await expect(desk.offer()).toBeVisible();
      await look('offer');
      await desk.accept();
      await customer.say('И ещё вопрос: когда вернут деньги?');
      await desk.say('Здравствуйте! Уже смотрю, что случилось с оплатой.');
      await server.visitor().begin('Константин Константинопольский-Заречный', 'Здравствуйте');
      await expect(desk.offer()).toBeVisible();
      await look('chat');
      await desk.offer().getByRole('button', { name: 'Принять' }).click();
      await desk.page.keyboard.press('Alt+Shift+T');
      await expect(desk.page.getByRole('dialog').getByText('Поддержка')).toBeVisible();
      await look('transfer');
      await desk.page.keyboard.press('Escape');
      await expect(desk.page.getByRole('dialog')).toHaveCount(0);
      await desk.page.keyboard.press('Control+Comma');
      await expect(desk.page.getByRole('dialog', { name: 'Настройки' })).toBeVisible();
      await look('settings');
      await desk.page.keyboard.press('Escape');
      await expect(desk.page.getByRole('dialog')).toHaveCount(0);
      await desk.page.keyboard.press('Alt+Shift+F');
      await expect(
        desk.page.getByRole('search').getByRole('button', { name: 'Мария Смирнова' }),
      ).toBeVisible();
      await look('contacts');
      await desk.page.keyboard.press('Alt+2');
      await desk.page.keyboard.press('Alt+q');
      await expect(desk.outcome().getByRole('combobox')).toBeVisible();
      await look('wrap-up');
    });

    test(`[D-14] supervision, records and administration in ${scheme}: axe finds no serious issue`, async ({
      open,
      ready,
      server,
    }) => {
      test.setTimeout(120_000);
      const anna = await ready('anna');
      await server.visitor().begin('Мария Смирнова', 'Вопрос');
      await anna.accept();
      const { page, signIn } = await open('admin', '/supervise?tab=agents').then((desk) => ({
        page: desk.page,
        signIn: () => desk.signIn('admin'),
      }));
      await signIn();
      await expect(page.getByRole('row').filter({ hasText: 'Анна Белова' }).first()).toBeVisible();
      const look = async (name: string) => {
        await page.screenshot({ path: `test-results/desk/${name}-${scheme}.png` });
        expect.soft(await seriousIssues(page), name).toEqual([]);
      };
      await look('agents');
      await page.getByRole('tab', { name: 'Сервисы' }).click();
      await expect(page.getByRole('row').filter({ hasText: 'Продажи' }).first()).toBeVisible();
      await look('services');
      await page.goto(server.url('admin', '/records'));
      await expect(page.getByRole('row').filter({ hasText: 'Мария' }).first()).toBeVisible();
      await look('records');
      for (const kind of ['users', 'services', 'entries', 'audit']) {
        await page.goto(server.url('admin', `/admin/${kind}`));
        await expect(page.getByRole('row').nth(1)).toBeVisible();
        await look(`admin-${kind}`);
      }
      // Forms: one that may be changed, one that may only be read.
      for (const kind of ['entries', 'roles']) {
        await page.goto(server.url('admin', `/admin/${kind}`));
        await page.getByRole('row').nth(1).click();
        await expect(page.getByRole('heading', { level: 2 })).toBeVisible();
        await look(`admin-${kind}-form`);
      }
    });

    test(`[D-14] mails in ${scheme}: queue, mail in hand and new mail, axe finds no serious issue`, async ({
      admin,
      ready,
      server,
    }) => {
      await mailService(admin, 'shop@parley.test');
      const { page } = await ready('anna');
      const look = async (name: string) => {
        await page.screenshot({ path: `test-results/desk/${name}-${scheme}.png` });
        expect.soft(await seriousIssues(page), name).toEqual([]);
      };
      await deliver(server.smtp, 'shop@parley.test', {
        from: 'Vera <vera@example.org>',
        subject: 'Где мой багаж',
        html: '<p>Чемодан потерян.</p><img src="http://pictures.example/pixel.png">',
        file: { name: 'tag.txt', text: 'бирка 42' },
      });
      await page.keyboard.press('Alt+3');
      await page.getByRole('option', { name: /Где мой багаж/ }).click();
      await expect(page.getByRole('region', { name: 'Просмотр' }).getByRole('article')).toBeVisible();
      await look('mail-queue');
      await page.getByRole('option', { name: /Где мой багаж/ }).dblclick();
      const text = page.getByRole('textbox', { name: 'Текст письма' });
      await expect(text).toBeVisible();
      await look('mail-work');
      await page.keyboard.press('Alt+Shift+E');
      await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused();
      await look('mail-new');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('heading', { name: 'Новый email' })).toBeVisible();
    });
  });
}
