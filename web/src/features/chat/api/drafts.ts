import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { api } from '@/shared/api/client';
import { serverNow } from '@/shared/lib/clock';
import type { Draft } from '@/shared/live/entities';
import { useLive } from '@/shared/live/live';

interface Kept {
  text: string;
  /** Server time of the last key. */
  at: number;
}

// Kept in the browser at every key, so that a crash loses nothing, and on the
// server a moment later, so that another computer has it too (A-6, C-7).
const useKept = create<{ drafts: Record<string, Kept> }>()(
  persist(() => ({ drafts: {} as Record<string, Kept> }), { name: 'parley.drafts', version: 1 }),
);

const SAVE_AFTER = 700;
const timers = new Map<string, ReturnType<typeof setTimeout>>();

/** The half-written text of a conversation: the newer of the browser's and the server's. */
export function useDraft(key: string): string {
  const mine = useKept((kept) => kept.drafts[key]);
  const servers = useLive((live) => live.drafts[key]);
  return newer(mine, servers);
}

function newer(mine: Kept | undefined, servers: Draft | undefined): string {
  if (!mine) return servers?.text ?? '';
  return servers && servers.updatedAt > mine.at ? servers.text : mine.text;
}

export function setDraft(key: string, text: string): void {
  useKept.setState(({ drafts }) => ({
    drafts: { ...drafts, [key]: { text, at: serverNow() + SAVE_AFTER } },
  }));
  clearTimeout(timers.get(key));
  timers.set(
    key,
    setTimeout(() => save(key), SAVE_AFTER),
  );
}

// A draft that could not be saved is still in the browser; the next key tries again.
function save(key: string): void {
  timers.delete(key);
  const text = useKept.getState().drafts[key]?.text ?? '';
  api.PUT('/api/drafts/{key}', { params: { path: { key } }, body: { text } }).catch(() => {});
}

// Drafts of conversations that are no longer on the desk are of no use.
useLive.subscribe((live, before) => {
  if (!live.ready || live.conversations === before.conversations) return;
  const { drafts } = useKept.getState();
  const left = Object.entries(drafts).filter(([key]) => live.conversations[key]);
  if (left.length < Object.keys(drafts).length) useKept.setState({ drafts: Object.fromEntries(left) });
});
