import { useLayoutEffect, useReducer } from 'preact/hooks';
import type { Session } from '../session';

/** Draws the component again after every change of the session. */
export function useSession(session: Session): void {
  const [, again] = useReducer<number, void>((n) => n + 1, 0);
  // A layout effect, since a change may come before the first paint.
  useLayoutEffect(() => session.subscribe(() => again()), [session]);
}
