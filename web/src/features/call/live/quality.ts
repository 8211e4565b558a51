/** What one look at a leg's statistics says; counters since its beginning. */
export interface Sample {
  at: number;
  jitterMs: number;
  rttMs: number;
  /** Packets that should have come, and of them those that did not. */
  expected: number;
  lost: number;
  /** The same of our sound as the server reports it, in percent. */
  lostThere: number;
  jitterThereMs: number;
  codec: string;
}

export interface Figures {
  jitterMs: number;
  lossPercent: number;
  rttMs: number;
  codec: string;
}

const WINDOW = 10_000;
const JITTER_LIMIT = 20;
const LOSS_LIMIT = 2;

/**
 * Watches the sound of one leg: bad when jitter or loss, averaged over 10 s,
 * is above its limit, good again after 10 s below it (V-46). Both directions
 * count, each by its worse figure.
 */
export class QualityWatch {
  bad = false;
  private samples: Sample[] = [];
  private below = 0;

  take(sample: Sample): void {
    this.samples.push(sample);
    // One sample older than the window stays: loss is the difference to it.
    while (this.samples.length > 2 && (this.samples[1]?.at ?? 0) <= sample.at - WINDOW) this.samples.shift();
    const first = this.samples[0];
    if (!first || sample.at - first.at < WINDOW) return;
    const { jitterMs, lossPercent } = this.figures();
    if (jitterMs > JITTER_LIMIT || lossPercent > LOSS_LIMIT) {
      this.bad = true;
      this.below = 0;
    } else if (this.bad) {
      this.below ||= sample.at;
      if (sample.at - this.below >= WINDOW) this.bad = false;
    }
  }

  /** Averages over the window. */
  figures(): Figures {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (!first || !last) return { jitterMs: 0, lossPercent: 0, rttMs: 0, codec: '' };
    const recent = this.samples.length > 1 ? this.samples.slice(1) : this.samples;
    const mean = (read: (sample: Sample) => number) =>
      recent.reduce((sum, one) => sum + read(one), 0) / recent.length;
    const expected = last.expected - first.expected;
    const lostHere = expected > 0 ? Math.max(0, ((last.lost - first.lost) / expected) * 100) : 0;
    return {
      jitterMs: mean((one) => Math.max(one.jitterMs, one.jitterThereMs)),
      lossPercent: Math.min(
        100,
        Math.max(
          lostHere,
          mean((one) => one.lostThere),
        ),
      ),
      rttMs: mean((one) => one.rttMs),
      codec: last.codec,
    };
  }
}

/** Reads what the browser measured of a leg. */
export function sampleOf(report: RTCStatsReport, at: number): Sample {
  const sample: Sample = {
    at,
    jitterMs: 0,
    rttMs: 0,
    expected: 0,
    lost: 0,
    lostThere: 0,
    jitterThereMs: 0,
    codec: '',
  };
  const codecs = new Map<string, string>();
  let codec = '';
  // biome-ignore lint/suspicious/noExplicitAny: which fields a report has its type says
  report.forEach((one: any) => {
    if (one.type === 'codec') codecs.set(one.id, String(one.mimeType ?? '').replace(/^audio\//, ''));
    if (one.type === 'inbound-rtp' && one.kind === 'audio') {
      sample.jitterMs = seconds(one.jitter);
      sample.lost = Math.max(0, one.packetsLost ?? 0);
      sample.expected = (one.packetsReceived ?? 0) + sample.lost;
      codec = one.codecId ?? codec;
    }
    if (one.type === 'remote-inbound-rtp' && one.kind === 'audio') {
      sample.jitterThereMs = seconds(one.jitter);
      sample.lostThere = (one.fractionLost ?? 0) * 100;
      sample.rttMs = seconds(one.roundTripTime) || sample.rttMs;
    }
    if (one.type === 'candidate-pair' && one.nominated && one.currentRoundTripTime !== undefined)
      sample.rttMs ||= seconds(one.currentRoundTripTime);
  });
  sample.codec = codecs.get(codec) ?? [...codecs.values()][0] ?? '';
  return sample;
}

const seconds = (value: number | undefined) => (value ?? 0) * 1000;
