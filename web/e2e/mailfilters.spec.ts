import { test } from './agent';
import { type Desk, expect } from './fixture';
import { deliver, mailService } from './mailing';
import { photo } from './photo';

const BOX = 'shop@parley.test';
const VERA = 'Vera Belova <vera@example.org>';
const list = (desk: Desk) => desk.page.getByRole('listbox', { name: 'Письма в очереди' }).getByRole('option');

test('[E-14] [E-20/fields] [R-30/filters] the queue and the records are narrowed by category and fields of cases, by keyboard', async ({
  admin,
  agent,
  open,
  ready,
  server,
}) => {
  test.setTimeout(120_000); // two desks
  await mailService(admin, BOX);
  const fields = (await admin.call('GET', '/api/case-fields')).items as { id: string; name: string }[];
  const late = (await admin.call('GET', '/api/categories')).items.find(
    (one: { name: string }) => one.name === 'Опаздывает',
  );
  const order = fields.find((one) => one.name === 'Номер заказа');
  const boris = await agent('boris');
  const tell = async (subject: string, told: object) => {
    await deliver(server.smtp, BOX, { from: VERA, subject, text: 'Прошу ответить.' });
    const queue = () => boris.call('GET', `/api/mail-queue?place=team&q=${encodeURIComponent(subject)}`);
    await expect.poll(async () => (await queue()).total).toBe(1);
    const [{ segmentId, caseId }] = (await queue()).items;
    await boris.call('POST', `/api/segments/${segmentId}/open`, {});
    const { version } = await boris.call('GET', `/api/cases/${caseId}`);
    await boris.call('PUT', `/api/cases/${caseId}`, { version, ...told });
    await boris.call('POST', `/api/segments/${segmentId}/park`, {});
    await boris.call('POST', '/api/mail-queue/return', { segmentIds: [segmentId] });
  };
  await tell('Где заказ', { categoryId: late.id, fields: { [String(order?.id)]: 'А-17' } });
  await tell('Возврат', { fields: { [String(order?.id)]: 'Б-20' } });
  await tell('Вопрос', {});

  const anna = await ready('anna');
  const { page } = anna;
  await page.keyboard.press('Alt+3');
  await expect(list(anna)).toHaveCount(3);
  const filter = page.getByRole('button', { name: /^Фильтр по запросу/ });
  await filter.press('Enter');
  const window = page.getByRole('dialog', { name: 'Фильтр по запросу' });
  const category = window.getByRole('combobox', { name: 'Категория' });
  await expect(category).toBeFocused();
  await page.keyboard.type('доставка');
  await page.keyboard.press('ArrowDown');
  await photo(page, 'casefilter');
  await page.keyboard.press('Enter');
  await expect(list(anna)).toHaveText([/Где заказ/]); // of a category below it
  await window.getByLabel('Номер заказа').fill('б-');
  await page.keyboard.press('Enter');
  await expect(list(anna)).toHaveCount(0);
  await expect(filter).toHaveAccessibleName('Фильтр по запросу: задано 2 условия');
  await category.fill('без');
  await expect(page.getByRole('option')).toHaveText(['Без категории']);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(list(anna)).toHaveText([/Возврат/]);
  await page.keyboard.press('Escape');
  await expect(window).toHaveCount(0);
  await expect(filter).toBeFocused();
  await photo(page, 'casefiltered');
  await page.reload(); // of this tab, as the other filters are
  await expect(anna.state()).toContainText('Готов');
  await page.keyboard.press('Alt+3');
  await expect(list(anna)).toHaveText([/Возврат/]);
  await filter.press('Enter');
  await window.getByRole('button', { name: 'Сбросить' }).click();
  await expect(list(anna)).toHaveCount(3);

  const boss = await open('supervisor', '/records');
  await boss.signIn('supervisor');
  const records = boss.page.getByRole('table', { name: 'Журнал обращений' }).getByRole('row');
  await expect(records).toHaveCount(4);
  await boss.page.getByRole('button', { name: /^Фильтр по запросу/ }).press('Enter');
  await boss.page.getByRole('dialog').getByLabel('Номер заказа').fill('А');
  await boss.page.keyboard.press('Enter');
  await expect(records).toHaveCount(2);
  await boss.page.getByRole('button', { name: 'Готово' }).click();
  await photo(boss.page, 'records-casefilter');
  await boss.page.reload(); // it stands in the address
  await expect(records).toHaveCount(2);
});
