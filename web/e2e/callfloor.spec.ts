// Calls among the agent's other work, and what stands in their way: capacity,
// time to answer, devices, the network.

import { AGENT, answer, CUSTOMER, expect, hears, hearsNothing, panel, ringing, test } from './answering';
import { blockSound, followSound, microphoneOf, soundOf } from './caller';

test('[S-9] [V-6/button] a call comes on top of one chat; during it nothing else rings, afterwards the next chat does', async ({
  answering,
  caller,
  server,
}) => {
  const anna = await answering('anna');
  await server.visitor().begin('Мария', 'Первый вопрос');
  await anna.accept();
  const customer = await caller();
  await customer.call(CUSTOMER);
  await answer(anna);
  await hears(customer.page, AGENT);
  await expect(anna.rows()).toHaveCount(2);

  await server.visitor().begin('Пётр', 'Второй вопрос');
  await anna.page.getByRole('combobox', { name: 'Сервис показателей' }).click();
  await anna.page.getByRole('option', { name: 'Продажи' }).click();
  const waiting = anna.page.getByText('В очереди').locator('..');
  await expect(waiting).toContainText('1');
  await expect(anna.offer()).toHaveCount(0);
  // The chat in hand goes on while one talks.
  await anna.rows().filter({ hasText: 'Мария' }).click();
  await anna.say('Одну минуту, я на линии');
  await hears(customer.page, AGENT);

  await anna.rows().filter({ hasNotText: 'Мария' }).click();
  await anna.page.getByRole('banner').getByRole('button', { name: 'Завершить разговор' }).click();
  await anna.finish();
  await expect(anna.offer()).toContainText('Пётр');
});

test('[V-4] [X-2/PAR-2001] a call nobody answers goes back to the queue; the banner says when, the caller hears music on', async ({
  answering,
  caller,
  admin,
}) => {
  const { items } = await admin.call('GET', '/api/services?limit=10');
  for (const one of items) await admin.call('PUT', `/api/services/${one.id}`, { ...one, offerSeconds: 4 });
  const anna = await answering('anna');
  const customer = await caller();
  await customer.call(CUSTOMER);
  await expect(ringing(anna)).toBeVisible();
  await expect(ringing(anna)).toHaveCount(0);
  await expect(anna.alert(/не приняли вызов в \d\d:\d\d/)).toBeVisible();
  await expect(anna.state()).toContainText('Не готов');
  await hears(customer.page, 0);
  await anna.choose('Готов');
  await answer(anna);
  await hears(customer.page, AGENT);
});

test('[V-5] a service’s call is taken without a click, after a beep; for an agent set otherwise it rings', async ({
  answering,
  caller,
  admin,
}) => {
  const { items } = await admin.call('GET', '/api/services?limit=10');
  for (const one of items)
    await admin.call('PUT', `/api/services/${one.id}`, { ...one, voice: { ...one.voice, autoAnswer: true } });
  const anna = await answering('anna');
  await anna.page.evaluate(() => {
    const tones: number[] = [];
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (...when) {
      tones.push(Math.round(this.frequency.value));
      return start.apply(this, when);
    };
    Object.assign(window, { tones });
  });
  const customer = await caller();
  await customer.call(CUSTOMER);
  await hears(customer.page, AGENT);
  await hears(anna.page, CUSTOMER);
  // The beep, and not one strike of the bells.
  expect(await anna.page.evaluate(() => (window as unknown as { tones: number[] }).tones)).toEqual([480]);

  const [user] = (await admin.call('GET', '/api/users?q=anna')).items;
  await admin.call('PUT', `/api/users/${user.id}`, { version: user.version, autoAnswer: 'never' });
  await customer.hangUp();
  await anna.finish();
  const second = await caller();
  await second.call(CUSTOMER);
  await expect(ringing(anna)).toBeVisible();
  await hears(second.page, 0);
  await answer(anna);
  await hears(second.page, AGENT);
});

test('[V-45/choice] [A-2] devices are chosen and tried before the shift, and a call uses them', async ({
  listening,
  caller,
}) => {
  const anna = await listening('anna');
  const { page } = anna;
  await page.getByRole('button', { name: 'Проверить микрофон' }).click();
  const level = page.getByRole('progressbar', { name: 'Уровень микрофона' });
  await expect.poll(async () => Number(await level.getAttribute('aria-valuenow'))).toBeGreaterThan(20);
  await page.getByRole('button', { name: 'Закончить проверку' }).click();
  await expect(level).toHaveCount(0);

  await page.getByRole('combobox', { name: 'Микрофон для разговора' }).click();
  await page.getByRole('option', { name: /Fake Audio Input 2/ }).click();
  await page.getByRole('combobox', { name: 'Голос клиента слышен через' }).click();
  await page.getByRole('option', { name: /Fake Audio Output 1/ }).click();
  await page.getByRole('combobox', { name: 'Звонок звучит через' }).click();
  await page.getByRole('option', { name: /Fake Audio Output 2/ }).click();
  const [microphone, speaker, ringer] = await page.evaluate(async () => {
    const all = await navigator.mediaDevices.enumerateDevices();
    return ['Input 2', 'Output 1', 'Output 2'].map(
      (name) => all.find((one) => one.label.includes(name))?.deviceId,
    );
  });
  expect(new Set([microphone, speaker, ringer, undefined]).size).toBe(4);
  await followSound(page);
  await page.getByRole('button', { name: 'Проверить динамик' }).click();
  await expect.poll(() => soundOf(page)).toEqual({ tones: [speaker] });
  await expect(page.getByText('Динамик не отвечает')).toHaveCount(0);

  await anna.startShift();
  await anna.choose('Готов');
  const customer = await caller();
  await customer.call(CUSTOMER);
  await expect(ringing(anna)).toBeVisible();
  await expect.poll(async () => (await soundOf(page)).tones).toContain(ringer);
  await answer(anna);
  await hears(customer.page, AGENT);
  expect(await microphoneOf(page)).toBe(microphone);
  await expect.poll(async () => (await soundOf(page)).voices).toEqual([speaker]);
});

test('[X-2/PAR-3012] [X-1] a browser without telephony is told once, and what to do; chats go on', async ({
  open,
  server,
}) => {
  const anna = await open('anna', '/login');
  const { page } = anna;
  // What Chromium has on an address without encryption.
  await page.addInitScript(() => Object.defineProperty(window, 'RTCPeerConnection', { value: undefined }));
  await page.goto(server.url('anna', '/agentdesktop'));
  await anna.signIn('anna');
  await anna.startShift();
  const told = page.getByRole('dialog').filter({ hasText: 'Браузер не поддерживает телефонию' });
  await expect(told).toContainText('Откройте Parley в современном Chrome');
  await page.keyboard.press('Escape');
  await expect(told).toHaveCount(0);
  page.on('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await anna.choose('Готов');
  await server.visitor().begin('Мария', 'Здравствуйте');
  await anna.accept();
  await expect(told).toHaveCount(0);
});

test('[V-6/row] the row’s own icon, seen under the mouse and the focus, ends its call and no other', async ({
  answering,
  caller,
  server,
}) => {
  const anna = await answering('anna');
  const { page } = anna;
  await server.visitor().begin('Мария', 'Первый вопрос');
  await anna.accept();
  const customer = await caller();
  await customer.call(CUSTOMER);
  await answer(anna);
  await hears(customer.page, AGENT);
  const row = anna.rows().filter({ hasNotText: 'Мария' });
  const chat = anna.rows().filter({ hasText: 'Мария' });
  const icon = row.getByRole('button', { name: 'Завершить разговор' });
  await expect(chat.getByRole('button', { name: 'Завершить разговор' })).toHaveCount(0);
  await chat.getByRole('button').click();
  await page.mouse.move(5, 5);
  await expect(icon).toHaveCSS('opacity', '0');
  await row.hover();
  await expect(icon).toHaveCSS('opacity', '1');
  await page.mouse.move(5, 5);
  await row.getByRole('button').first().focus();
  await page.keyboard.press('Tab');
  await expect(icon).toBeFocused();
  await expect(icon).toHaveCSS('opacity', '1');
  await page.keyboard.press('Enter');
  await expect(row).toContainText('Окончено');
  await expect(icon).toHaveCount(0);
  await expect(anna.rows()).toHaveCount(2);
  await hearsNothing(customer.page, AGENT);
});

test('[V-45/hot-plug] [V-45/messages] [X-2/PAR-3009] [X-2/PAR-3010] [X-2/PAR-3011] a headset that is pulled out is noticed, and when it is back', async ({
  answering,
}) => {
  const { page, alert } = await answering('anna');
  const plug = (kinds: MediaDeviceKind[]) =>
    page.evaluate((left) => {
      const media = navigator.mediaDevices;
      const all = MediaDevices.prototype.enumerateDevices;
      media.enumerateDevices = async () => (await all.call(media)).filter((one) => left.includes(one.kind));
      media.dispatchEvent(new Event('devicechange'));
    }, kinds);
  await plug([]);
  await expect(alert('Звуковые устройства не обнаружены.')).toBeVisible();
  await plug(['audiooutput']);
  await expect(alert('Микрофон не обнаружен.')).toBeVisible();
  await plug(['audioinput']);
  await expect(alert('Устройства воспроизведения не обнаружены.')).toBeVisible();
  await plug(['audioinput', 'audiooutput']);
  await expect(alert(/не обнаружен/)).toHaveCount(0);
});

test('[V-46/banner] [X-2/PAR-3008] bad sound is said after ten seconds, and gone by itself when it is good again', async ({
  answering,
  caller,
}) => {
  test.setTimeout(90_000);
  const anna = await answering('anna');
  const customer = await caller();
  await customer.call(CUSTOMER);
  await answer(anna);
  await hears(anna.page, CUSTOMER);
  const jitter = (seconds: number) =>
    anna.page.evaluate((worse) => {
      const kept = window as unknown as { stats?: () => Promise<RTCStatsReport> };
      kept.stats ??= RTCPeerConnection.prototype.getStats;
      const honest = kept.stats;
      RTCPeerConnection.prototype.getStats = async function (this: RTCPeerConnection) {
        const report = new Map<string, object>();
        (await honest.call(this)).forEach((one, id) => {
          report.set(id, one.type === 'inbound-rtp' && worse ? { ...one, jitter: worse } : one);
        });
        return report as unknown as RTCStatsReport;
      };
    }, seconds);
  const banner = anna.alert('Проблема с качеством связи. Проверьте сетевое подключение.');
  await jitter(0.05);
  await expect(banner).toBeVisible({ timeout: 20_000 });
  await jitter(0);
  await expect(banner).toHaveCount(0, { timeout: 30_000 });
});

test('[V-47] [X-1] [X-2/PAR-2002] an agent whom no sound reaches loses the call to the queue and is not ready; with sound it is taken', async ({
  answering,
  caller,
}) => {
  const anna = await answering('anna');
  await blockSound(anna.page, true);
  const customer = await caller();
  await customer.call(CUSTOMER);
  await answer(anna);
  await expect(panel(anna)).toContainText('Подключаем звук…');
  const lost = anna.alert('не мог быть установлен из-за проблем с сетью, фаерволом или настройками ПК');
  await expect(lost).toBeVisible({ timeout: 20_000 });
  await expect(anna.state()).toContainText('Потеря связи');
  await expect(anna.rows()).toHaveCount(0);
  await hears(customer.page, 0); // music again
  await blockSound(anna.page, false);
  await anna.choose('Готов');
  await answer(anna);
  await hears(customer.page, AGENT);
  await hears(anna.page, CUSTOMER);
});
