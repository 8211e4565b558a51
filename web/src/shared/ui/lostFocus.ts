/**
 * Gives the focus to something when nobody has it, because what had it went
 * away: who works by keyboard goes on from there. It is never taken from anybody.
 */
export function catchFocus(find: () => HTMLElement | null | undefined): void {
  requestAnimationFrame(() => {
    const { activeElement } = document;
    if (activeElement === null || activeElement === document.body) find()?.focus({ preventScroll: true });
  });
}
