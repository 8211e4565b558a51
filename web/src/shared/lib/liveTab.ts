import { create } from 'zustand';

/** `elsewhere`: another tab of this browser has the contacts, the calls and the sounds. */
export type TabStatus = 'asking' | 'live' | 'elsewhere';

const LOCK = 'parley.live-tab';

export const useLiveTab = create<{ status: TabStatus }>(() => ({ status: 'asking' }));

/** Takes the place of the one live tab if it is free, before the socket is opened. Whoever has it keeps it. */
export function askLiveTab(): Promise<void> {
  if (useLiveTab.getState().status === 'live') return Promise.resolve();
  return hold({ ifAvailable: true });
}

/** Takes the place from whichever tab has it: «Work here instead». */
export function workHere(): Promise<void> {
  return hold({ steal: true });
}

// Resolves as soon as it is known who is live; the lock itself is held until
// the page goes or another tab steals it.
function hold(options: LockOptions): Promise<void> {
  if (!navigator.locks) {
    // Plain http inside an office. The server allows one session in any case.
    useLiveTab.setState({ status: 'live' });
    return Promise.resolve();
  }
  return new Promise((known) => {
    navigator.locks
      .request(LOCK, options, (lock) => {
        useLiveTab.setState({ status: lock ? 'live' : 'elsewhere' });
        known();
        return lock ? new Promise<never>(() => {}) : undefined;
      })
      .catch(() => {
        useLiveTab.setState({ status: 'elsewhere' }); // stolen
        known();
      });
  });
}
