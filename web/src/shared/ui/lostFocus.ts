/** How long what is to be focused may take to appear, ms: an answer's rendering on a busy machine. */
const WAIT_MS = 3_000;

/**
 * Gives the focus to something as soon as it is there, when nobody has the focus
 * because what had it went away, or is `leaving`: who works by keyboard goes on
 * from there. It is never taken from anybody else.
 */
export function catchFocus(find: () => HTMLElement | null | undefined, leaving?: Element | null): void {
  const until = performance.now() + WAIT_MS;
  const look = () => {
    const { activeElement } = document;
    const lost = activeElement === null || activeElement === document.body;
    if (!lost && activeElement !== leaving) return;
    const next = lost ? find() : undefined;
    if (next) next.focus({ preventScroll: true });
    else if (performance.now() < until) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
