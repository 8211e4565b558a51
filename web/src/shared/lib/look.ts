import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export type Scheme = 'auto' | 'light' | 'dark';
export type TextSize = 'small' | 'normal' | 'large';
export type Density = 'normal' | 'compact';

/** How the desktop looks for this person on this machine; remembered in the browser. */
export interface Look {
  scheme: Scheme;
  textSize: TextSize;
  density: Density;
  /** Width of the list column in CSS pixels, alone and while a chat is in focus. */
  listWidth: number;
  chatListWidth: number;
}

export const LIST_WIDTH = { min: 240, initial: 292, max: 380 } as const;
export const CHAT_LIST_WIDTH = { min: 300, initial: 400, max: 560 } as const;

// public/early.js reads the same key before the first paint.
export const useLook = create<Look & { set: (change: Partial<Look>) => void }>()(
  persist(
    (set) => ({
      scheme: 'auto',
      textSize: 'normal',
      density: 'normal',
      listWidth: LIST_WIDTH.initial,
      chatListWidth: CHAT_LIST_WIDTH.initial,
      set: (change) => set(change),
    }),
    { name: 'parley.look', version: 1 },
  ),
);
