// Mails that go other ways than an answer: forwarded, handed on, in need of
// help, refused by a server, written in two places.

import { row as listed, test } from './administration';
import { type Desk, expect } from './fixture';
import { deliver, mailService, text, work } from './mailing';

const BOX = 'shop@parley.test';
const VERA = 'Vera Belova <vera@example.org>';
const history = (desk: Desk) => work(desk).getByRole('region', { name: 'История запроса' });
const offer = (desk: Desk) => desk.page.getByRole('region', { name: /^Письмо: / });
const row = (desk: Desk, subject: string | RegExp) =>
  desk.page.getByRole('listbox', { name: 'Письма в очереди' }).getByRole('option', { name: subject });

async function answer(desk: Desk): Promise<void> {
  await offer(desk).getByRole('button', { name: 'Ответить' }).click();
  await expect(text(desk)).toBeVisible();
}

async function finish(desk: Desk): Promise<void> {
  await desk.outcome().getByRole('combobox').click();
  await desk.page.getByRole('option').first().click();
  await desk.finish();
  await expect(desk.rows()).toHaveCount(0);
}

/** Writes where the text begins. */
async function write(desk: Desk, words: string): Promise<void> {
  await desk.page.keyboard.press('Alt+m');
  await desk.page.keyboard.type(words);
}

/** Signs Anna in while she is signed in elsewhere. */
async function signInHere(desk: Desk): Promise<void> {
  await desk.signIn('anna');
  await desk.page.getByRole('button', { name: 'Войти здесь' }).click();
  await desk.startShift();
}

/** Goes on with the mail that was in hand: it still is, or lies in the personal queue since the shift was over. */
async function goOn(desk: Desk): Promise<void> {
  await desk.page.keyboard.press('Alt+3');
  const queue = desk.page.getByRole('tab', { name: 'Персональная очередь (1)' });
  const inHand = desk.rows().first();
  await expect(inHand.or(queue).first()).toBeVisible();
  if (await queue.isVisible()) {
    await queue.click();
    await row(desk, /Где мой багаж/).dblclick();
  } else await inHand.click();
}

async function handOver(desk: Desk, to: string, note: string): Promise<void> {
  const { page } = desk;
  await page.keyboard.press('Alt+Shift+T');
  const window = page.getByRole('dialog', { name: 'Перевести' });
  await window.getByRole('button', { name: to }).click();
  await window.getByRole('textbox', { name: 'Комментарий' }).fill(note);
  await window.getByRole('button', { name: /^Перевести: / }).click();
  await expect(window).toHaveCount(0);
}

test('[E-31] one mail of a thread is forwarded outside with its files, and the case goes on', async ({
  admin,
  ready,
  server,
}) => {
  await mailService(admin, BOX, { push: true });
  const desk = await ready('anna');
  const { page } = desk;
  const file = { name: 'бирка.txt', text: 'бирка 42' };
  await deliver(server.smtp, BOX, { from: VERA, subject: 'Где мой багаж', text: 'Рейс SU-1234.', file });
  await answer(desk);
  await work(desk)
    .getByRole('article')
    .first()
    .getByRole('button', { name: 'Переслать', exact: true })
    .click();
  await expect(work(desk).getByRole('textbox', { name: 'Тема' })).toHaveValue('Fwd: Где мой багаж');
  await expect(text(desk)).toContainText('Рейс SU-1234.');
  await expect(work(desk).getByRole('list', { name: 'Вложения' }).last()).toContainText('бирка.txt');
  const to = work(desk).getByRole('combobox', { name: 'Кому' });
  await to.click();
  await page.keyboard.type('lost@airport.example,');
  await write(desk, 'Найдите, пожалуйста.');
  await page.keyboard.press('Control+Shift+Enter');

  await expect.poll(() => server.relay.mails.length).toBe(1);
  const [out] = server.relay.mails;
  expect(out?.to).toEqual(['lost@airport.example']);
  expect(out?.header('Subject')).toMatch(/^Fwd: Где мой багаж [A-Z0-9]{12,22}$/);
  expect(out?.header('In-Reply-To')).toBe('');
  for (const words of ['Найдите, пожалуйста.', 'Рейс SU-1234.', 'бирка 42'])
    expect(out?.text).toContain(words);

  // Their answer comes into the case, which is still in hand: the customer waits for one too.
  await deliver(server.smtp, BOX, {
    from: 'Lost and found <lost@airport.example>',
    subject: `Re: ${out?.header('Subject')}`,
    text: 'Он у нас.',
  });
  await expect(history(desk).getByRole('article').last()).toContainText('Он у нас.');
  await expect(desk.rows()).toHaveCount(1);
});

test('[E-20/help] [E-6/transferred] [E-26/transfer] help is asked for, the mail is handed on to a service and from there to a colleague, with notes and its draft', async ({
  admin,
  ready,
  server,
}) => {
  await mailService(admin, BOX, { push: true });
  const anna = await ready('anna');
  await deliver(server.smtp, BOX, { from: VERA, subject: 'Где мой багаж', text: 'Рейс SU-1234.' });
  await answer(anna);
  await write(anna, 'Уже ищем.');
  await work(anna).getByRole('button', { name: 'Запросить помощь' }).click();
  await expect(work(anna).getByText('Просит помощи: Анна Белова')).toBeVisible();
  // The last words are on the server before somebody else has them.
  await write(anna, ' Скоро найдём.');
  const boris = await ready('boris');
  await handOver(anna, 'Письма', 'Это о доставке');
  await expect(offer(boris)).toContainText('Перевод: Анна Белова. Это о доставке');
  await finish(anna);
  await anna.choose('Перерыв');
  await answer(boris);
  await expect(work(boris)).toContainText('Письма · Назначен на: Борис Котов');
  await expect(work(boris).getByText('Просит помощи: Анна Белова')).toBeVisible();
  await expect(text(boris)).toContainText('Уже ищем. Скоро найдём.');
  await work(boris).getByText('События', { exact: true }).click();
  await expect(history(boris)).toContainText('Анна Белова перевёл(а): Письма');
  await expect(history(boris)).toContainText('Это о доставке');
  await work(boris).getByRole('button', { name: 'Отменить запрос помощи' }).click();
  await expect(work(boris).getByText('Просит помощи: Анна Белова')).toHaveCount(0);

  // She is away: it waits in her personal queue, whoever is free.
  await handOver(boris, 'Анна Белова', 'Клиентка просит вас');
  await finish(boris);
  await expect(offer(boris)).toHaveCount(0);
  await anna.page.keyboard.press('Alt+3');
  await anna.page.getByRole('tab', { name: 'Персональная очередь (1)' }).click();
  await row(anna, /Где мой багаж/).dblclick();
  await expect(text(anna)).toContainText('Уже ищем. Скоро найдём.');
  await expect(history(anna)).toContainText('Клиентка просит вас');
});

test('[E-30/doubtful] a mail that a server refused is shown to its writer and sent again; of one that may have arrived it is said', async ({
  admin,
  administration,
  ready,
  server,
}) => {
  test.setTimeout(120_000);
  await mailService(admin, BOX, { push: true });
  const desk = await ready('anna');
  await deliver(server.smtp, BOX, { from: VERA, subject: 'Где мой багаж', text: 'Рейс SU-1234.' });
  await answer(desk);
  await write(desk, 'Нашли.');
  server.relay.refuses = '550 5.1.1 no such person';
  await desk.page.keyboard.press('Control+Shift+Enter');
  const sent = history(desk).getByRole('article').last();
  await expect(sent).toContainText('Не отправлено: 550 no such person');
  server.relay.refuses = '';
  await sent.getByRole('button', { name: 'Повторить' }).click();
  await expect.poll(() => server.relay.mails.length).toBe(1);
  expect(server.relay.mails[0]?.text).toContain('Нашли.');
  await expect(sent).not.toContainText('Не отправлено');

  // Parley is killed while it waits for the other server's word.
  server.relay.silent = true;
  await work(desk).getByRole('button', { name: 'Ответить', exact: true }).last().click();
  await expect(text(desk)).toBeVisible();
  await write(desk, 'Везём.');
  await desk.page.keyboard.press('Control+Shift+Enter');
  await expect.poll(() => server.relay.mails.length).toBe(2);
  await server.stop('SIGKILL');
  server.relay.silent = false;
  server.relay.refuses = '550 5.7.1 not any more';
  await server.start();
  await expect(history(desk).getByRole('article').last()).toContainText(
    'Возможно, не отправлено: 550 not any more',
    { timeout: 30_000 },
  );

  // An administrator sees it too, and what a second try means.
  server.relay.refuses = '';
  const page = await administration('mail-trouble');
  await page.getByRole('tab', { name: 'Не отправлены (1)' }).click();
  const mail = listed(page, 'Сомнительно').first();
  await expect(mail).toContainText('vera@example.org');
  await mail.getByRole('button').press('Enter');
  await expect(page.getByText('При повторе оно может прийти дважды.')).toBeVisible();
  await page.getByRole('button', { name: 'Повторить' }).click();
  await expect.poll(() => server.relay.mails.length).toBe(3);
  const [, first, second] = server.relay.mails;
  expect(second?.header('Message-ID')).toBe(first?.header('Message-ID'));
  await expect(page.getByText('Все письма ушли')).toBeVisible();
});

test('[E-27/conflict] [E-33] a draft written on in another browser while this one was cut off: neither text goes without a question', async ({
  admin,
  open,
  ready,
  server,
}) => {
  test.setTimeout(120_000);
  await mailService(admin, BOX, { push: true });
  const here = await ready('anna');
  await deliver(server.smtp, BOX, { from: VERA, subject: 'Где мой багаж', text: 'Рейс SU-1234.' });
  await answer(here);
  await write(here, 'Начало.');
  await expect(work(here).getByRole('status').last()).toHaveText('Сохранено');
  await here.page.context().setOffline(true);
  await here.page.keyboard.type(' Написано здесь.');
  await expect(work(here).getByRole('status').last()).toContainText('Не сохранено');

  const there = await open('anna');
  await signInHere(there);
  await goOn(there);
  await expect(text(there)).toContainText('Начало.');
  await text(there).click();
  await there.page.keyboard.press('Control+Home');
  await there.page.keyboard.type('Написано там. ');
  await expect(work(there).getByRole('status').last()).toHaveText('Сохранено');

  await here.page.context().setOffline(false);
  await here.page.reload();
  await signInHere(here);
  await goOn(here);
  const question = here.page.getByRole('dialog', { name: 'Черновик изменён в другом месте' });
  await expect(question).toContainText('Написано там.');
  await question.getByRole('button', { name: 'Оставить написанное здесь' }).click();
  await expect(text(here)).toContainText('Начало. Написано здесь.');
  await expect(work(here).getByRole('status').last()).toHaveText('Сохранено');
  await here.page.keyboard.press('Control+Shift+Enter');
  await expect.poll(() => server.relay.mails.length).toBe(1);
  expect(server.relay.mails[0]?.text).toContain('Начало. Написано здесь.');
});
