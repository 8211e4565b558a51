import { type RefObject, useEffect, useRef } from 'react';

/** Takes the keyboard into the panel that opens, and back to the list when it closes. */
export function useOwnFocus(panel: RefObject<HTMLElement | null>, aside: boolean, fresh: boolean) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, as the panel opens and closes.
  useEffect(() => {
    if (!aside) return;
    const before = document.activeElement;
    const first = panel.current?.querySelector<HTMLElement>('form input:enabled, form textarea:enabled');
    ((fresh && first) || panel.current)?.focus();
    return () => {
      if (document.activeElement === document.body && before instanceof HTMLElement) before.focus();
    };
  }, []);
}

/** A button that waits for an answer loses the focus; Esc closes all the same. */
export function useLateEscape(close: () => void) {
  const closing = useRef(close);
  closing.current = close;
  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent) => {
      if (event.key === 'Escape' && event.target === document.body && !event.defaultPrevented)
        closing.current();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}
