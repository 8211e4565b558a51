import { useEffect, useId } from 'react';
import { create } from 'zustand';
import { toast } from '../toasts';
import { type Action, isTextField, matches, typesText } from './action';

// What can be done right now, by the part of the screen that offers it. Later
// parts stand for something more special and win where shortcuts are equal.
const useRegistry = create<{ parts: Map<string, Action[]> }>(() => ({ parts: new Map() }));

/** Offers actions to the keyboard, the palette and the list of shortcuts while the component is shown. */
export function useActions(actions: Action[]): void {
  const part = useId();
  useEffect(() => {
    useRegistry.setState(({ parts }) => ({ parts: new Map(parts).set(part, actions) }));
  }, [part, actions]);
  useEffect(
    () => () =>
      useRegistry.setState(({ parts }) => {
        const rest = new Map(parts);
        rest.delete(part);
        return { parts: rest };
      }),
    [part],
  );
}

/** Everything offered now, each id once, the most special first. */
export function useOfferedActions(): Action[] {
  return offered(useRegistry((registry) => registry.parts));
}

function offered(parts: Map<string, Action[]>): Action[] {
  const byId = new Map<string, Action>();
  for (const actions of [...parts.values()].reverse()) {
    for (const action of actions) if (!byId.has(action.id)) byId.set(action.id, action);
  }
  return [...byId.values()];
}

/** Listens for all shortcuts. Mount once. A window on the screen silences the desk behind it. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat || event.isComposing) return;
      if (document.querySelector('[aria-modal="true"]')) return;
      const action = offered(useRegistry.getState().parts).find(
        (one) =>
          one.shortcut !== undefined &&
          matches(event, one.shortcut) &&
          !(typesText(one.shortcut) && isTextField(event.target)),
      );
      if (!action) return;
      event.preventDefault(); // also when forbidden: Alt+Q must not open a browser menu
      if (action.allowed) action.perform();
      else if (action.reason) toast({ title: action.reason }); // a button would show it on hover
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}
