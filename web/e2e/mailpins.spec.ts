import type { Page } from '@playwright/test';
import { test } from './agent';
import { type Desk, expect } from './fixture';
import { deliver, mailService, text, work } from './mailing';
import { photo } from './photo';

const BOX = 'shop@parley.test';
const VERA = 'Vera Belova <vera@example.org>';
const list = (desk: Desk) => desk.page.getByRole('listbox', { name: 'Письма в очереди' }).getByRole('option');
const tab = (desk: Desk, name: string) => desk.page.getByRole('tab', { name });

async function prefer(desk: Desk, choice: string): Promise<void> {
  await desk.bar().getByRole('button', { name: 'Настройки' }).click();
  const settings = desk.page.getByRole('dialog', { name: 'Настройки' });
  await settings.getByRole('switch', { name: choice }).click();
  await expect(settings.getByRole('switch', { name: choice })).toBeChecked();
  await photo(desk.page, 'settings');
  await desk.page.keyboard.press('Escape');
  await expect(settings).toHaveCount(0);
}

async function end(desk: Desk, disposition: string): Promise<void> {
  const { page } = desk;
  await work(desk).getByRole('button', { name: 'Завершить' }).click();
  await page
    .getByRole('dialog', { name: 'Завершить без ответа?' })
    .getByRole('button', { name: 'Завершить' })
    .click();
  await desk.outcome().getByRole('combobox').click();
  await page.getByRole('option', { name: disposition }).click();
}

test('[E-34] [E-10/pinned] [E-20/pin] [E-12/tab] [E-35] a case is pinned, waits in its tab, comes back with a mark, is seen by the team, closed and followed', async ({
  admin,
  ready,
  server,
}) => {
  test.setTimeout(120_000); // two desks
  await mailService(admin, BOX);
  const anna = await ready('anna');
  const { page } = anna;
  await deliver(server.smtp, BOX, { from: VERA, subject: 'Где мой багаж', text: 'Чемодан потерян.' });
  await page.keyboard.press('Alt+3');
  await expect(tab(anna, 'Групповая очередь (1)')).toBeVisible();
  await expect(tab(anna, 'Закрепленные')).toHaveCount(0); // off until somebody wants it
  await prefer(anna, 'Включить вкладку «Закрепленные»');
  await expect(tab(anna, 'Закрепленные (0)')).toBeVisible();

  // Pinned from the mail's window, finished with a disposition that is not final.
  await list(anna).first().dblclick();
  await expect(text(anna)).toBeVisible();
  await work(anna).getByRole('button', { name: 'Закрепить запрос' }).click();
  await expect(work(anna)).toContainText('Закреплен: Анна Белова');
  await photo(page, 'window');
  await end(anna, 'Требуется доп. информация');
  await anna.finish();
  await expect(anna.rows()).toHaveCount(0);
  await expect(tab(anna, 'Групповая очередь (0)')).toBeVisible();
  await tab(anna, 'Закрепленные (1)').click();
  await expect(list(anna)).toHaveCount(1);

  // The customer writes: in Pinned unread, in the personal queue with the mark.
  await deliver(server.smtp, BOX, { from: VERA, subject: `Ещё раз ${await key(page)}`, text: 'Ну как?' });
  await expect(list(anna).first()).toHaveAttribute('data-unread', 'true');
  await tab(anna, 'Персональная очередь (1)').click();
  await expect(list(anna).first().getByRole('img', { name: 'Закреплен' })).toBeVisible();
  await photo(page, 'personal');
  await tab(anna, 'Закрепленные (1)').click();
  await list(anna).first().click();
  await expect(list(anna).first()).not.toHaveAttribute('data-unread', 'true');
  await photo(page, 'pinned');

  // «Просмотр»: the same in a tab of its own.
  const preview = page.getByRole('region', { name: 'Просмотр' });
  await preview.getByRole('button', { name: 'Просмотр', exact: true }).click();
  await expect(tab(anna, 'Запрос 1')).toHaveAttribute('aria-selected', 'true');
  const shown = page.getByRole('tabpanel', { name: 'Запрос 1' });
  await expect(shown.getByRole('article').last()).toContainText('Ну как?');
  await expect(shown.getByTitle('Идентификатор цепочки').first()).toHaveText(/^[A-Z0-9]{12,22}$/);
  await shown.getByText('События', { exact: true }).click();
  await expect(shown).toContainText('закрепил(а) запрос');
  await photo(page, 'tab');

  // A colleague looks at Anna's pins, by the arrow beside the own name.
  const boris = await ready('boris');
  await prefer(boris, 'Включить вкладку «Закрепленные»');
  await boris.page.keyboard.press('Alt+3');
  await tab(boris, 'Закрепленные (0)').click();
  await boris.page.getByRole('combobox', { name: 'Чьи закрепленные запросы' }).click();
  await boris.page.getByRole('option', { name: /Белова \(1\)/ }).click();
  await expect(list(boris)).toHaveCount(1);
  await list(boris).first().click();
  await expect(boris.page.getByRole('region', { name: 'Просмотр' })).toContainText('Закреплен: Анна Белова');

  // Anna closes the case: gone for all; what is still to be said goes into another.
  await shown.getByRole('button', { name: 'Открыть' }).click();
  await expect(text(anna)).toBeVisible();
  await work(anna).getByRole('combobox', { name: 'Установить статус' }).click();
  await page.getByRole('option', { name: 'Закрыт' }).click();
  await expect(list(boris)).toHaveCount(0);
  await expect(work(anna).getByText('Запрос закрыт.')).toBeVisible();
  await photo(page, 'closed');
  await work(anna).getByRole('button', { name: 'Продолжить в новом запросе' }).click();
  await expect(work(anna).getByRole('heading', { name: /№ 2 Где мой багаж/ })).toBeVisible();
  await expect(work(anna).getByRole('button', { name: 'Продолжает запрос 1' })).toBeVisible();
  await expect(work(anna).getByRole('button', { name: 'Убрать: Vera Belova' })).toBeVisible();
});

test('[E-27/default] [E-11/quick] the usual answer goes to all; over a name a new mail to it begins', async ({
  admin,
  ready,
  server,
}) => {
  await mailService(admin, BOX);
  const desk = await ready('anna');
  const { page } = desk;
  await prefer(desk, 'Установить «Ответить всем» как ответ по умолчанию при отправке email');
  await deliver(server.smtp, BOX, {
    from: VERA,
    subject: 'Где мой багаж',
    text: 'Чемодан потерян.',
    head: ['Cc: Oleg <oleg@example.org>'],
  });
  await page.keyboard.press('Alt+3');
  await list(desk).first().getByText('Vera Belova').hover();
  await expect(page.getByText('vera@example.org')).toBeVisible();
  await photo(page, 'quick');
  await page.getByRole('button', { name: 'Новый email' }).last().click();
  const choice = page.getByRole('dialog', { name: 'Новый email' });
  await expect(choice).toContainText('Vera Belova <vera@example.org>');
  await photo(page, 'compose');
  await choice.getByRole('button', { name: 'Написать' }).click();
  await expect(work(desk).getByRole('button', { name: 'Убрать: Vera Belova' })).toBeVisible();
  await page.keyboard.press('Control+s');
  await expect(desk.rows()).toHaveCount(0);
  await tab(desk, 'Групповая очередь (1)').click();
  await list(desk).first().dblclick();
  await expect(work(desk).getByRole('button', { name: 'Убрать: Oleg' })).toBeVisible();

  // By keyboard: the name in the case's facts is a button of its own.
  await work(desk).getByRole('button', { name: 'Новый email: Vera Belova' }).press('Enter');
  await expect(choice).toContainText('Vera Belova <vera@example.org>');
});

test('[E-13/delete] a case is deleted from the queue and from its window, lies in the bin and is restored', async ({
  admin,
  ready,
  server,
}) => {
  await mailService(admin, BOX);
  const desk = await ready('supervisor');
  const { page } = desk;
  for (const subject of ['Реклама', 'Где мой багаж'])
    await deliver(server.smtp, BOX, { from: VERA, subject, text: 'Прошу ответить.' });
  await page.keyboard.press('Alt+3');
  await expect(list(desk)).toHaveCount(2);
  const question = page.getByRole('dialog', { name: 'Удалить 1 запрос?' });
  await list(desk).filter({ hasText: 'Реклама' }).locator('[data-choose]').click();
  await page.getByRole('toolbar').getByRole('button', { name: 'Удалить' }).click();
  await expect(question).toContainText('30 дней');
  await photo(page, 'delete');
  await question.getByRole('button', { name: 'Отменить' }).click();
  await expect(list(desk)).toHaveCount(2);
  await page.getByRole('toolbar').getByRole('button', { name: 'Удалить' }).click();
  await question.getByRole('button', { name: 'Удалить' }).click();
  await expect(list(desk)).toHaveCount(1);

  await list(desk).first().dblclick();
  await expect(text(desk)).toBeVisible();
  await work(desk).getByRole('button', { name: 'Удалить запрос' }).click();
  await question.getByRole('button', { name: 'Удалить' }).click();
  await expect(text(desk)).toHaveCount(0);

  await page.getByRole('tab', { name: 'Мои запросы' }).click();
  await page.getByRole('button', { name: 'Корзина' }).click();
  const bin = page.getByRole('dialog', { name: 'Корзина' });
  await expect(bin.getByRole('listitem')).toHaveCount(2);
  await photo(page, 'bin');
  await bin.getByRole('button', { name: 'Восстановить запрос 1' }).click();
  await expect(bin.getByRole('listitem')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await tab(desk, 'Персональная очередь (1)').click();
  await expect(list(desk).filter({ hasText: 'Реклама' })).toHaveCount(1);
});

/** The identifier of the case looked at. */
async function key(page: Page): Promise<string> {
  const { items } = await page.evaluate(async () => (await fetch('/api/pinned-cases')).json());
  const found = await page.evaluate(async (id) => (await fetch(`/api/cases/${id}`)).json(), items[0].caseId);
  return found.threadKey;
}
