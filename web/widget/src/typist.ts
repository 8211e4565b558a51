// Tells the server that the customer is typing: at once, then now and then, and
// that it stopped when nothing came for a while. Lossy by nature.

import type { Upstream } from './protocol';

const repeatEvery = 3_000;
const previewEvery = 500;
const endsAfter = 5_000;

export class Typist {
  #toldAt = 0;
  #ends: ReturnType<typeof setTimeout> | undefined;
  #later: ReturnType<typeof setTimeout> | undefined;

  readonly #send: (u: Upstream) => void;

  constructor(send: (u: Upstream) => void) {
    this.#send = send;
  }

  /** preview: the operator sees the text itself. */
  typed(draft: string, preview: boolean): void {
    clearTimeout(this.#ends);
    clearTimeout(this.#later);
    if (!draft.trim()) {
      this.stop();
      return;
    }
    this.#ends = setTimeout(() => this.stop(), endsAfter);
    const wait = this.#toldAt + (preview ? previewEvery : repeatEvery) - Date.now();
    if (wait <= 0) this.#tell(draft, preview);
    else if (preview) this.#later = setTimeout(() => this.#tell(draft, preview), wait);
  }

  stop(): void {
    clearTimeout(this.#ends);
    clearTimeout(this.#later);
    if (this.#toldAt) this.#send({ type: 'typing', on: false });
    this.#toldAt = 0;
  }

  #tell(draft: string, preview: boolean): void {
    this.#toldAt = Date.now();
    this.#send({ type: 'typing', on: true, ...(preview ? { text: draft.slice(0, 1000) } : {}) });
  }
}
