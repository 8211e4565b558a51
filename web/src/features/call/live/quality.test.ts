import { describe, expect, test } from 'vitest';
import { QualityWatch, type Sample, sampleOf } from './quality';

const sample = (at: number, change: Partial<Sample> = {}): Sample => ({
  at,
  jitterMs: 3,
  rttMs: 40,
  expected: at / 20,
  lost: 0,
  lostThere: 0,
  jitterThereMs: 0,
  codec: 'PCMU',
  ...change,
});

/** Looks every two seconds from one moment to another. */
function run(watch: QualityWatch, from: number, to: number, change: (at: number) => Partial<Sample>): void {
  for (let at = from; at <= to; at += 2_000) watch.take(sample(at, change(at)));
}

describe('quality of a leg', () => {
  test('[V-46] jitter above 20 ms over ten seconds is bad, a single peak is not', () => {
    const watch = new QualityWatch();
    run(watch, 0, 20_000, (at) => (at === 10_000 ? { jitterMs: 70 } : {}));
    expect(watch.bad).toBe(false);
    run(watch, 22_000, 34_000, () => ({ jitterMs: 21 }));
    expect(watch.bad).toBe(true);
  });

  test('[V-46] loss above 2 % is bad, of what comes and of what the server reports of ours', () => {
    const here = new QualityWatch();
    run(here, 0, 10_000, (at) => ({ lost: (at / 20) * 0.03 }));
    expect(here.bad).toBe(true);
    expect(here.figures().lossPercent).toBeCloseTo(3);
    const there = new QualityWatch();
    run(there, 0, 10_000, () => ({ lostThere: 2.5 }));
    expect(there.bad).toBe(true);
    const fine = new QualityWatch();
    run(fine, 0, 30_000, (at) => ({ lost: (at / 20) * 0.019 }));
    expect(fine.bad).toBe(false);
  });

  test('[V-46] nothing is said before ten seconds were seen, and it goes after ten seconds below', () => {
    const watch = new QualityWatch();
    run(watch, 0, 8_000, () => ({ jitterMs: 50 }));
    expect(watch.bad).toBe(false);
    run(watch, 10_000, 10_000, () => ({ jitterMs: 50 }));
    expect(watch.bad).toBe(true);
    // The mean of the window sinks below the limit at 18 s; ten seconds later it is over.
    run(watch, 12_000, 26_000, () => ({}));
    expect(watch.bad).toBe(true);
    run(watch, 28_000, 28_000, () => ({}));
    expect(watch.bad).toBe(false);
  });

  test('[V-46] figures come out of the browser’s reports', () => {
    const report = new Map<string, object>([
      ['c', { type: 'codec', id: 'c', mimeType: 'audio/PCMA' }],
      [
        'i',
        {
          type: 'inbound-rtp',
          kind: 'audio',
          jitter: 0.012,
          packetsLost: 5,
          packetsReceived: 95,
          codecId: 'c',
        },
      ],
      [
        'r',
        {
          type: 'remote-inbound-rtp',
          kind: 'audio',
          jitter: 0.03,
          fractionLost: 0.01,
          roundTripTime: 0.08,
        },
      ],
    ]);
    expect(sampleOf(report as unknown as RTCStatsReport, 7)).toEqual({
      at: 7,
      jitterMs: 12,
      jitterThereMs: 30,
      rttMs: 80,
      expected: 100,
      lost: 5,
      lostThere: 1,
      codec: 'PCMA',
    });
  });
});
