// Waits between attempts: half a second, doubled up to half a minute, each with
// a random part so that the visitors of a restarted server don't come at once.

const first = 500;
const longest = 30_000;

export class Backoff {
  #tries = 0;

  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Milliseconds to wait now. */
  next(): number {
    const full = Math.min(longest, first * 2 ** this.#tries++);
    return full / 2 + this.#random() * (full / 2);
  }

  reset(): void {
    this.#tries = 0;
  }
}
