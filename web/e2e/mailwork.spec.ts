import { test } from './agent';
import { type Desk, expect } from './fixture';
import { deliver, mailService, saved, text, work } from './mailing';

const BOX = 'shop@parley.test';
const VERA = 'Vera Belova <vera@example.org>';
const offer = (desk: Desk) => desk.page.getByRole('region', { name: /^Письмо: / });

const letters = {
  greeting: { ru: 'Здравствуйте, $(from.name)!' },
  signature: { ru: 'С уважением,\n$(User.firstName) $(User.lastName)' },
};

test('[E-6/pushed] [B-7/shown] [E-7/desk] [E-20/desk] [E-21/desk] [E-22/desk] [E-23/desk] [E-27/desk] [E-30/desk] an offered mail is read, answered and closed; the customer’s reply joins the case', async ({
  admin,
  ready,
  server,
}) => {
  await mailService(admin, BOX, { push: true, email: letters });
  const desk = await ready('anna');
  const { page } = desk;
  await deliver(server.smtp, BOX, {
    from: VERA,
    subject: 'Где мой багаж',
    html: `<p>Добрый день!</p><script>document.title = 'bad'</script><p onclick="x()">Чемодан <b>потерян</b>.</p>
      <img src="http://pictures.example/pixel.png" width="40" height="40"><table style="width:300px"><tr><td>SU-1234</td></tr></table>
      <blockquote type="cite"><p>Вы писали: ждите</p></blockquote>`,
    file: { name: 'tag.txt', text: 'бирка 42' },
    head: ['Cc: Oleg <oleg@example.org>'],
  });
  await expect(offer(desk)).toContainText('Где мой багаж');
  await expect(offer(desk)).toContainText('vera@example.org');
  await offer(desk).getByRole('button', { name: 'Ответить' }).click();

  // The case and its history.
  const head = work(desk).getByRole('heading', { name: /№ 1 Где мой багаж/ });
  await expect(head).toBeVisible();
  const history = work(desk).getByRole('region', { name: 'История запроса' });
  const mail = history.getByRole('article').first();
  const paper = mail.frameLocator('iframe');
  await expect(paper.getByText('потерян')).toBeVisible();
  expect(await mail.locator('iframe').getAttribute('sandbox')).not.toContain('allow-scripts');
  await expect(paper.locator('script, [onclick]')).toHaveCount(0);
  await expect(paper.getByText('Вы писали: ждите')).toBeHidden();
  await mail.getByRole('button', { name: 'Показать цитату' }).click();
  await expect(paper.getByText('Вы писали: ждите')).toBeVisible();
  await expect(paper.locator('img[src]')).toHaveCount(0);
  await mail.getByRole('button', { name: 'Показать', exact: true }).click();
  await expect(paper.locator('img[src^="/api/mail-images?"]')).toHaveCount(1);
  const href = await mail.getByRole('link', { name: /tag\.txt/ }).getAttribute('href');
  expect(await page.evaluate(async (at) => (await fetch(at)).text(), String(href))).toContain('бирка 42');
  await expect(mail.getByRole('link', { name: 'Открыть как текст в новой вкладке' })).toHaveAttribute(
    'href',
    /^\/api\/mails\/.+\/text$/,
  );
  await work(desk).getByText('События', { exact: true }).click();
  await expect(history).toContainText('назначил');
  await work(desk).getByText('Обращения', { exact: true }).click();

  // The answer: begun with greeting, signature and the quoted mail; its words survive a reload.
  await expect(text(desk)).toContainText('Здравствуйте, Vera Belova!');
  await expect(text(desk)).toContainText('Анна Белова');
  await expect(text(desk).locator('blockquote td')).toHaveText('SU-1234');
  await page.keyboard.press('Alt+m');
  await page.keyboard.type('Уже ищем ');
  await page.keyboard.press('Control+b');
  await page.keyboard.type('ваш чемодан');
  await saved(desk);
  await page.reload();
  await expect(text(desk)).toContainText('Уже ищем ваш чемодан');

  // To all, after a question, since something is written.
  await mail.getByRole('button', { name: 'Ответить всем' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Удалить и начать заново' }).click();
  await expect(work(desk).getByRole('button', { name: 'Убрать: Oleg' })).toBeVisible();
  await work(desk).getByRole('button', { name: 'Убрать: Oleg' }).click();
  await expect(work(desk).getByRole('button', { name: 'Убрать: Oleg' })).toHaveCount(0);
  await text(desk).focus();
  await page.keyboard.press('Alt+m');
  await page.keyboard.press('Control+b');
  await page.keyboard.type('Чемодан найден');
  await page.keyboard.press('Control+b');
  await page.keyboard.type(', везём.');
  await work(desk)
    .locator('input[type=file][multiple]')
    .last()
    .setInputFiles({
      name: 'накладная.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('накладная 7'),
    });
  await expect(work(desk).getByRole('list', { name: 'Вложения' }).last()).toContainText('накладная.txt');
  // As long as a file is on its way nothing is sent.
  await expect(work(desk).getByRole('button', { name: 'Отправить и закрыть' })).toBeEnabled();
  await page.keyboard.press('Control+Enter');

  await expect.poll(() => server.relay.mails.length).toBe(1);
  const out = server.relay.mails[0];
  expect(out?.to).toEqual(['vera@example.org']);
  expect(out?.header('Subject')).toMatch(/^Re: Где мой багаж [A-Z0-9]{12,22}$/);
  expect(out?.text).toContain('<strong>Чемодан найден</strong>, везём.');
  expect(out?.text).toContain('Чемодан найден, везём.');
  expect(out?.text).toContain('накладная 7');
  expect(out?.text).toMatch(/<blockquote[^>]*>[\s\S]*SU-1234/);
  expect(out?.text).not.toContain('data-fold');

  // Wrap-up: the disposition closes.
  await desk.outcome().getByRole('combobox').click();
  await page.getByRole('option').first().click();
  await desk.finish();
  await expect(desk.rows()).toHaveCount(0);

  // The customer answers under another subject: the mail finds its case and says why.
  await deliver(server.smtp, BOX, {
    from: VERA,
    subject: 'Спасибо',
    text: 'Чемодан приехал.',
    head: [`In-Reply-To: ${out?.header('Message-ID')}`, `References: ${out?.header('Message-ID')}`],
  });
  await offer(desk).getByRole('button', { name: 'Ответить' }).click();
  await expect(history.getByRole('article').last()).toContainText('Чемодан приехал.');
  await expect(history.getByRole('article').last()).toContainText(/Присоединено|Продолжает/);
});

test('[E-6/pushed] [E-7/desk] [E-25/desk] [E-30/desk] a mail is postponed, opened, finished without an answer after a question', async ({
  admin,
  ready,
  server,
}) => {
  await mailService(admin, BOX, { push: true });
  const desk = await ready('anna');
  const { page } = desk;
  await deliver(server.smtp, BOX, { from: VERA, subject: 'Реклама', text: 'Купите слона.' });
  await expect(offer(desk)).toBeVisible();
  await page.keyboard.press('Alt+r');
  await expect(offer(desk)).toHaveCount(0);
  await expect(desk.state()).toContainText('Готов');
  await page.keyboard.press('Alt+3');
  await page.getByRole('tab', { name: 'Персональная очередь (1)' }).click();
  await page.getByRole('option', { name: /Реклама/ }).dblclick();
  await expect(text(desk)).toBeVisible();
  await page.keyboard.press('Alt+q');
  const question = page.getByRole('dialog', { name: 'Завершить без ответа?' });
  await question.getByRole('button', { name: 'Отменить' }).click();
  await expect(text(desk)).toBeVisible();
  await work(desk).getByRole('button', { name: 'Завершить' }).click();
  await question.getByRole('button', { name: 'Завершить' }).click();
  await desk.outcome().getByRole('combobox').click();
  await page.getByRole('option').first().click();
  await desk.outcome().getByRole('textbox', { name: 'Комментарий' }).fill('не по адресу');
  await desk.finish();
  await expect(desk.rows()).toHaveCount(0);
  // Back where the agent was.
  await expect(page.getByRole('tab', { name: 'Мои запросы' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('tab', { name: 'Персональная очередь (0)' })).toBeVisible();
  expect(server.relay.mails).toEqual([]);
});

test('[E-32/desk] [E-33/desk] [E-29] a new mail by keyboard: written, kept as a draft, refused without receiver, sent', async ({
  admin,
  ready,
  server,
}) => {
  await mailService(admin, BOX);
  const desk = await ready('anna');
  const { page } = desk;
  const choice = page.getByRole('dialog', { name: 'Новый email' });
  const service = choice.getByRole('combobox', { name: 'Сервис' });
  // The shortcuts of mails come a moment after the desk.
  await expect(async () => {
    await page.keyboard.press('Alt+Shift+E');
    await expect(service).toBeFocused({ timeout: 1_000 });
  }).toPass();
  await expect(service).toHaveValue('Письма'); // the demo's own
  await page.keyboard.type('Почт');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(service).toHaveValue('Почта');
  await page.keyboard.press('Enter');
  await expect(choice).toHaveCount(0);
  await expect(text(desk)).toBeVisible();
  await expect(work(desk).getByRole('heading', { name: 'Новый email' })).toBeVisible();
  await page.keyboard.press('Alt+m');
  await page.keyboard.type('Билеты готовы.');
  await page.keyboard.press('Control+Enter');
  await expect(work(desk).getByText('Укажите, кому отправить письмо')).toBeVisible();
  const to = work(desk).getByRole('combobox', { name: 'Кому' });
  await expect(to).toBeFocused();
  await page.keyboard.type('Vera <vera@example.org>, нет-адреса,');
  await expect(work(desk).getByRole('button', { name: 'Убрать: Vera' })).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(work(desk).getByText('«нет-адреса» — не адрес почты')).toBeVisible();
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(work(desk).getByRole('textbox', { name: 'Тема' })).toBeFocused();
  await page.keyboard.type('Ваши билеты');
  // The toolbar is one stop.
  await page.keyboard.press('Tab');
  await expect(work(desk).getByRole('button', { name: 'Полужирный' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(text(desk)).toBeFocused();
  await saved(desk);

  await work(desk)
    .locator('input[type=file][multiple]')
    .last()
    .setInputFiles({ name: 'big.bin', mimeType: 'application/x-x', buffer: Buffer.alloc(10 * 2 ** 20 + 1) });
  await expect(work(desk).getByRole('list', { name: 'Вложения' })).toContainText('10');

  await page.keyboard.press('Control+s');
  await expect(desk.rows()).toHaveCount(0);
  await page.keyboard.press('Alt+3');
  await page.getByRole('tab', { name: 'Персональная очередь (1)' }).click();
  const row = page.getByRole('option', { name: /Ваши билеты/ });
  await row.focus();
  await page.keyboard.press('Enter');
  await expect(text(desk)).toContainText('Билеты готовы.');
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => server.relay.mails.length).toBe(1);
  expect(server.relay.mails[0]?.to).toEqual(['vera@example.org']);
  expect(server.relay.mails[0]?.header('Subject')).toMatch(/^Ваши билеты [A-Z0-9]{12,22}$/);
  await expect(page.getByRole('tab', { name: 'Запрос 1' })).toBeVisible();
});
