import { create } from 'zustand';
import type { Receiver } from './addresses';

/** Whether the window for a new mail is open, and to whom the mail goes. */
export const useComposing = create<{ opened: boolean; to: Receiver[] }>(() => ({ opened: false, to: [] }));

export const compose = (to: Receiver[] = []) => useComposing.setState({ opened: true, to });
