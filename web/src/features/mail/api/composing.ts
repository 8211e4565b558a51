import { create } from 'zustand';

/** Whether the window for a new mail is open. */
export const useComposing = create<{ opened: boolean }>(() => ({ opened: false }));
