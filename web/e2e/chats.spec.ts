import { test as withAdmin } from './agent';
import { expect } from './fixture';

const test = withAdmin;

test('[C-4] the bar of an unanswered message grows, turns orange at the threshold, and goes with the answer', async ({
  ready,
  server,
  admin,
}) => {
  const { items } = await admin.call('GET', '/api/services?limit=10');
  for (const service of items)
    await admin.call('PUT', `/api/services/${service.id}`, {
      ...service,
      chat: { ...service.chat, answerWarnSeconds: 5 },
    });
  const desk = await ready('anna');
  const customer = server.visitor();
  await customer.begin('Мария', 'раз');
  await desk.accept();
  const row = desk.rows().first();
  const bar = row.locator('[style*="--part"]');
  const part = () => bar.evaluate((one) => Number((one as HTMLElement).style.getPropertyValue('--part')));
  const first = await part();
  await expect.poll(part).toBeGreaterThan(first);
  await expect(bar).toHaveAttribute('data-late', 'true');
  await expect(row.getByTitle('Клиент ждёт ответа')).toBeVisible();
  await desk.say('Ответ');
  await expect(bar).toHaveCount(0);
  await expect(row.getByTitle('Клиент ждёт ответа')).toHaveCount(0);
  await customer.say('ещё вопрос');
  await expect(bar).toHaveCount(1);
});

test('[C-12] a transfer with a note: the colleague reads why, goes on with the whole conversation, my part ends', async ({
  ready,
  server,
}) => {
  const anna = await ready('anna');
  const customer = server.visitor();
  await customer.begin('Мария', 'Не проходит оплата');
  await anna.accept();
  await anna.say('Передам коллеге');
  const boris = await ready('boris');
  await anna.page.keyboard.press('Alt+Shift+T');
  const window = anna.page.getByRole('dialog', { name: 'Перевести' });
  await window.getByRole('textbox', { name: 'Найти сервис или коллегу' }).fill('бор');
  await window.getByRole('button', { name: /Борис/ }).click();
  await window.getByRole('textbox', { name: 'Комментарий' }).fill('вопрос по оплате');
  await window.getByRole('button', { name: /^Перевести: Борис/ }).click();
  await expect(window).toHaveCount(0);
  await expect(boris.offer()).toContainText('Перевод: Анна');
  await expect(boris.offer()).toContainText('вопрос по оплате');
  await boris.accept();
  await expect(boris.log()).toContainText('Передам коллеге');
  await boris.say('Здравствуйте, это Борис');
  await expect
    .poll(async () => (await customer.messages()).map((one) => one.text))
    .toContain('Здравствуйте, это Борис');
  await expect(anna.state()).toContainText('Постобработка');
  await anna.finish();
  await expect(anna.state()).toContainText('Готов');
});

test('[C-12] the organiser of a conference leaves into a wrap-up of their own, the customer goes on with the colleague', async ({
  ready,
  server,
}) => {
  const anna = await ready('anna');
  const customer = server.visitor();
  await customer.begin('Мария', 'раз');
  await anna.accept();
  const boris = await ready('boris');
  await anna.page.keyboard.press('Alt+Shift+D');
  const window = anna.page.getByRole('dialog');
  await window.getByRole('button', { name: /Борис/ }).click();
  await window.getByRole('button', { name: /^Пригласить/ }).click();
  await boris.accept();
  await expect(anna.log()).toContainText('Борис теперь в чате');
  await anna.page.keyboard.press('Alt+q');
  await expect(anna.state()).toContainText('Постобработка');
  await expect(boris.state()).toContainText('Занят');
  await customer.say('вы ещё здесь?');
  await expect(boris.log()).toContainText('вы ещё здесь?');
  await boris.say('Да');
});

test('[C-4] [C-7] [D-13] 20 chats and a history of 10,000 messages: it comes as one scrolls up, and nothing takes long', async ({
  ready,
  server,
  admin,
}) => {
  test.setTimeout(240_000);
  const { items } = await admin.call('GET', '/api/users?limit=10');
  const user = items.find((one: { login: string }) => one.login === 'anna');
  const shares = { chat: { takes: 5, needs: 5 } };
  await admin.call('PUT', `/api/users/${user.id}`, { ...user, capacity: { shares } });
  const desk = await ready('anna');
  const long = server.visitor();
  await long.begin('Длинная история', 'начало');
  server.sql(`
    WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 10000)
    INSERT INTO messages SELECT m.tenant_id, m.conversation_id, c.last_n + i, 'h' || i, 'h' || i, m.author_kind, m.author_id,
      m.author_name, m.author_photo, 'text', 'строка ' || i || substr('. Ещё слова, чтобы строки были разной высоты.', 1, (i % 4) * 15),
      '{}', '{}', m.at + i, 1, 0, 'all'
    FROM k, messages m JOIN conversations c ON c.tenant_id = m.tenant_id AND c.id = m.conversation_id
    WHERE m.text = 'начало';
    UPDATE conversations SET last_n = last_n + 10000;`);
  await desk.accept();
  await expect(desk.log()).toContainText('строка 10000');
  for (let n = 1; n < 20; n++) {
    await server.visitor().begin(`Клиент ${n}`, 'вопрос');
    await desk.offer().getByRole('button', { name: 'Принять' }).click();
    await expect(desk.rows()).toHaveCount(n + 1);
  }

  // The whole history by scrolling up: what is read stays where it is, and only what is in sight is drawn.
  const end = desk.log().getByText('строка 10000', { exact: false });
  await expect(end).toBeInViewport();
  const scroll = (to: number) => desk.log().evaluate((box, top) => box.scrollTo({ top }), to);
  await scroll(0);
  await expect(desk.log()).toContainText(/строка 99\d\d/);
  await expect(end).toHaveCount(0);
  await desk.log().evaluate(async (box) => {
    const known = () =>
      Math.min(...[...box.querySelectorAll('[data-n]')].map((one) => Number(one.getAttribute('data-n'))));
    // As a hand at the wheel: it turns, and rests now and then.
    for (let turns = 0; known() > 1 && turns < 3_000; turns++) {
      box.scrollTop = turns % 2;
      await new Promise((next) => setTimeout(next, turns % 10 === 9 ? 250 : 20));
    }
  });
  await expect(desk.log()).toContainText('начало');
  expect(await desk.log().evaluate((box) => box.querySelectorAll('[data-n]').length)).toBeLessThan(100);

  // From the hand to the next picture, as the browser itself measures it: the middle of several.
  await desk.page.evaluate(() => {
    const seen: number[] = [];
    const watch = new PerformanceObserver((list) =>
      seen.push(...list.getEntries().map((one) => one.duration)),
    );
    watch.observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
    Object.assign(window, { seen });
  });
  const took: Record<string, number[]> = {};
  const measure = async (name: string, act: () => Promise<unknown>) => {
    await act();
    const ms = await desk.page.evaluate(async () => {
      for (let n = 0; n < 3; n++) await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
      return Math.max(0, ...(window as unknown as { seen: number[] }).seen.splice(0));
    });
    took[name] = [...(took[name] ?? []), ms];
  };
  await desk.field().click();
  for (const key of 'Пишу ответ') await measure('key', () => desk.page.keyboard.type(key));
  await measure('send', () => desk.page.keyboard.press('Enter'));
  await expect(desk.log()).toContainText('Пишу ответ');
  for (const row of [0, 10, 19, 5, 19])
    await measure('row', () => desk.rows().nth(row).getByRole('button').click());
  await expect(desk.log()).toContainText('Пишу ответ');
  await measure('palette', () => desk.page.keyboard.press('Control+k'));
  await measure('palette away', () => desk.page.keyboard.press('Escape'));
  await measure('states', () => desk.state().click());
  // The aim is 100 ms; a busy processor is slower at the same work.
  const middle = (all: number[]) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
  expect(Object.entries(took).filter(([, all]) => middle(all) > 200)).toEqual([]);
});
