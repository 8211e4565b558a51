/**
 * Milliseconds to wait before attempt `n` (0 is the first repetition): doubling
 * from 250 ms to 10 s, of which a random part is taken, so that a thousand
 * desks don't come back in the same instant after a restart.
 */
export function backoff(n: number, random: () => number = Math.random): number {
  const ceiling = Math.min(10_000, 250 * 2 ** Math.min(n, 10));
  return Math.round(ceiling * (0.3 + 0.7 * random()));
}
