/** Does something when the page has nothing better to do; Safari says only that some time has passed. */
export function inIdleTime(work: () => unknown): void {
  const start = () => {
    if (typeof requestIdleCallback === 'function') requestIdleCallback(() => void work(), { timeout: 5_000 });
    else setTimeout(() => void work(), 1_000);
  };
  if (document.readyState === 'complete') start();
  else addEventListener('load', start, { once: true });
}
