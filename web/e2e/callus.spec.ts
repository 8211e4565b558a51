// «Call us» on the demo shop in a real browser against the real server: what the
// customer sees and hears. The agent works by the API, with a peer connection in
// a page of their own.

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { type Agent, expect, test } from './agent';
import type { Server } from './fixture';

const launcher = (p: Page) => p.getByRole('button', { name: 'Позвонить нам' });
const panel = (p: Page) => p.getByRole('dialog', { name: 'Позвонить нам' });
const words = (p: Page) => panel(p).getByRole('status');

async function ring(p: Page, server: Server): Promise<void> {
  await p.goto(server.url('shop', '/contacts'));
  await launcher(p).click();
}

interface Heard {
  /** Strongest frequency, Hz. */
  hz: number;
  /** Loudness of the moment, 0 to 1. */
  loud: number;
}

/** Listens for half a second to what the page plays. */
function hear(p: Page): Promise<Heard> {
  return p.evaluate(async () => {
    const w = window as typeof window & { heard?: AnalyserNode; heardOf?: MediaStream };
    const roots = [...document.documentElement.children].map((e) => e.shadowRoot).filter((r) => r !== null);
    const audio = [document, ...roots].map((r) => r.querySelector('audio')).find((a) => a?.srcObject);
    const stream = audio?.srcObject as MediaStream | undefined;
    if (!stream) return { hz: 0, loud: 0 };
    if (!w.heard || w.heardOf !== stream) {
      const context = new AudioContext();
      await context.resume();
      w.heard = context.createAnalyser();
      w.heard.fftSize = 8192;
      w.heardOf = stream;
      context.createMediaStreamSource(stream).connect(w.heard);
    }
    let loud = 0;
    let hz = 0;
    let best = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < 10; i++) {
      await new Promise((done) => setTimeout(done, 50));
      const wave = new Float32Array(w.heard.fftSize);
      w.heard.getFloatTimeDomainData(wave);
      loud = Math.max(loud, Math.sqrt(wave.reduce((sum, v) => sum + v * v, 0) / wave.length));
      const bins = new Float32Array(w.heard.frequencyBinCount);
      w.heard.getFloatFrequencyData(bins);
      for (const [k, v] of bins.entries()) {
        if (v > best) [best, hz] = [v, (k * w.heard.context.sampleRate) / w.heard.fftSize];
      }
    }
    return { hz, loud };
  });
}

/** Takes the call that is offered, with a tone for a voice; the page is the agent's ear. */
async function take(agent: Agent, p: Page, hz: number): Promise<string> {
  const offer = await agent.frame((f) => f.type === 'offer.opened' && f.data.kind === 'voice');
  const id = offer.data.segmentId as string;
  const sdp = await p.evaluate(async (hz) => {
    const context = new AudioContext();
    await context.resume();
    const tone = new OscillatorNode(context, { frequency: hz });
    const out = context.createMediaStreamDestination();
    tone.connect(new GainNode(context, { gain: 0.3 })).connect(out);
    tone.start();
    const pc = new RTCPeerConnection();
    Object.assign(window, { pc });
    pc.addTrack(out.stream.getAudioTracks()[0] as MediaStreamTrack, out.stream);
    pc.ontrack = (e) => {
      const audio = document.createElement('audio');
      audio.autoplay = true;
      audio.srcObject = new MediaStream([e.track]);
      document.body.append(audio);
    };
    await pc.setLocalDescription(await pc.createOffer());
    return pc.localDescription?.sdp;
  }, hz);
  const answer = await agent.call('POST', `/api/segments/${id}/leg`, { sdp });
  await p.evaluate(async (sdp) => {
    const { pc } = window as unknown as { pc: RTCPeerConnection };
    await pc.setRemoteDescription({ type: 'answer', sdp });
  }, answer.sdp as string);
  await agent.call('POST', `/api/offers/${id}/accept`, {});
  return id;
}

// A server that stops waits for calls that go on: who leaves the page hangs up.
test.afterEach(async ({ page }) => {
  if (!page.isClosed()) await page.goto('about:blank');
});

test('[V-43/browser] the shop’s button: music while waiting, both hear each other, hold, the agent ends', async ({
  page,
  context,
  server,
  agent,
}) => {
  const anna = await agent('anna');
  await ring(page, server);
  await expect(words(page)).toContainText('Ищем для вас свободного оператора…');
  await expect.poll(async () => (await hear(page)).loud).toBeGreaterThan(0.005);

  const desk = await context.newPage();
  await desk.goto(server.url('shop', '/delivery'));
  await desk.locator('h1').click(); // a gesture, so that the page may play
  const id = await take(anna, desk, 1100);
  await expect(words(page)).toContainText('Анна');
  await expect.poll(async () => Math.round((await hear(page)).hz / 20) * 20).toBe(1100);
  await expect.poll(async () => (await hear(desk)).loud).toBeGreaterThan(0.005); // the beeps of the fake microphone
  await expect(panel(page).getByRole('timer')).toHaveText(/^00:\d\d$/);

  await panel(page).getByRole('button', { name: 'Отключить микрофон' }).click();
  await expect.poll(async () => (await hear(desk)).loud).toBeLessThan(0.002);
  await panel(page).getByRole('button', { name: 'Включить микрофон' }).click();

  await anna.call('POST', `/api/segments/${id}/hold`, { held: true });
  await expect(words(page)).toHaveText('Вы на удержании: Анна');
  await expect.poll(async () => Math.round((await hear(page)).hz / 20) * 20).not.toBe(1100);
  await anna.call('POST', `/api/segments/${id}/hold`, { held: false });
  await expect(words(page)).toHaveText('Вы говорите: Анна');

  await anna.call('POST', `/api/segments/${id}/end`, {});
  await expect(words(page)).toHaveText('Оператор завершил разговор');
  await panel(page).getByRole('button', { name: 'Закрыть' }).click();
  await expect(launcher(page)).toBeFocused();
});

test('[V-43/browser] where the network lets no UDP out, music and voices go over TCP', async ({
  page,
  context,
  server,
  agent,
}) => {
  const anna = await agent('anna');
  await page.addInitScript(() => {
    const Original = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Original {
      override setRemoteDescription(answer: RTCSessionDescriptionInit): Promise<void> {
        Object.assign(window, { line: this });
        const sdp = answer.sdp?.replace(/^(a=candidate:.*udp \S+ \S+) \d+/gm, '$1 9');
        return super.setRemoteDescription({ ...answer, sdp });
      }
    };
  });
  await ring(page, server);
  await expect.poll(async () => (await hear(page)).loud).toBeGreaterThan(0.005);
  const desk = await context.newPage();
  await desk.goto(server.url('shop', '/delivery'));
  await desk.locator('h1').click();
  await take(anna, desk, 1100);
  await expect.poll(async () => Math.round((await hear(page)).hz / 20) * 20).toBe(1100);
  await expect.poll(async () => (await hear(desk)).loud).toBeGreaterThan(0.005);
  const protocols = await page.evaluate(async () => {
    const { line } = window as unknown as { line: RTCPeerConnection };
    const all = [...(await line.getStats()).values()];
    return all
      .filter(
        (s) =>
          s.type === 'local-candidate' &&
          all.some((c) => c.type === 'candidate-pair' && c.nominated && c.localCandidateId === s.id),
      )
      .map((s) => s.protocol);
  });
  expect(protocols).toEqual(['tcp']);
});

test('[V-6/page] the customer hangs up, calls again, and a page that is closed ends the call', async ({
  page,
  server,
  agent,
}) => {
  const anna = await agent('anna');
  await ring(page, server);
  await anna.frame((f) => f.type === 'offer.opened');
  await panel(page).getByRole('button', { name: 'Завершить разговор' }).click();
  await expect(words(page)).toHaveText('Вы завершили разговор');
  await anna.frame((f) => f.type === 'offer.closed');
  await panel(page).getByRole('button', { name: 'Позвонить ещё раз' }).click();
  await anna.frame((f) => f.type === 'offer.opened');
  await page.close();
  await anna.frame((f) => f.type === 'offer.closed');
});

test('[V-43/refused] [M-12/no-agents] nobody signed in, where the service lets nobody wait, and a microphone that is not allowed are said in words', async ({
  browser,
  server,
  agent,
  admin,
}) => {
  for (const { id, version } of (await admin.call('GET', '/api/services?limit=10')).items)
    await admin.call('PUT', `/api/services/${id}`, { version, noAgentsExit: 'close' });
  const context = await browser.newContext({ locale: 'en-GB' });
  const page = await context.newPage();
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
  });
  await page.goto(server.url('shop', '/en/contacts'));
  await page.getByRole('button', { name: 'Call us' }).click();
  const status = page.getByRole('dialog', { name: 'Call us' }).getByRole('status');
  await expect(status).toHaveText('Nobody can answer at the moment. Please call later.');
  await agent('anna');
  await page.getByRole('button', { name: 'Call again' }).click();
  await expect(status).toContainText('The microphone is not allowed.');
  await context.close();
});

test('[V-43/keyboard] by keyboard alone, and fit for everybody, light and dark, on a phone', async ({
  page,
  server,
  agent,
}) => {
  await agent('anna');
  await page.goto(server.url('shop', '/contacts'));
  const before = await styles(page);
  await launcher(page).press('Enter');
  await expect(panel(page)).toBeFocused();
  await expect(words(page)).toContainText('Ищем для вас свободного оператора…');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(panel(page).getByRole('button', { name: '5', exact: true })).toBeVisible();
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await expect(panel(page)).toHaveCSS(
      'background-color',
      scheme === 'dark' ? 'rgb(27, 32, 39)' : 'rgb(255, 255, 255)',
    );
    const found = await new AxeBuilder({ page }).include('html > div').analyze();
    expect(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`)).toEqual([]);
    if (process.env.PARLEY_PHOTOS)
      await page.screenshot({ path: `${process.env.PARLEY_PHOTOS}/call-${scheme}.png` });
  }
  expect(await styles(page)).toEqual(before);
  await page.setViewportSize({ width: 360, height: 640 });
  const box = await panel(page).boundingBox();
  expect(box?.width).toBeLessThanOrEqual(360);
  if (process.env.PARLEY_PHOTOS)
    await page.screenshot({ path: `${process.env.PARLEY_PHOTOS}/call-phone.png` });
});

/** How the page's own elements look. */
function styles(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('body, body *')].map((el) => {
      const s = getComputedStyle(el);
      return `${el.tagName} ${s.font} ${s.color} ${s.display}`;
    }),
  );
}
