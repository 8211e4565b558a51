import { create } from 'zustand';
import { api, done, upload } from '@/shared/api/client';
import { serverNow } from '@/shared/lib/clock';
import { randomId } from '@/shared/lib/ids';
import type { Message } from '@/shared/live/entities';
import { addOlder } from '@/shared/live/live';

/** What this desk sends and the server has not confirmed. */
export interface Outgoing {
  clientId: string;
  conversationId: string;
  at: number;
  text?: string;
  file?: File;
  /** 0 to 1. */
  progress?: number;
  /** Set once it failed; nothing is sent again by itself. */
  error?: unknown;
}

export const useOutbox = create<{ items: Outgoing[] }>(() => ({ items: [] }));

/** Shows the text at once and sends it; the server's message takes its place. */
export function sendText(conversationId: string, text: string): void {
  start({ clientId: randomId(), conversationId, at: serverNow(), text });
}

export function sendFile(conversationId: string, file: File): void {
  start({ clientId: randomId(), conversationId, at: serverNow(), file, progress: 0 });
}

/** Sends again under the same id, so that a lost answer does not make it two. */
export function sendAgain(clientId: string): void {
  change(clientId, { error: undefined, progress: 0 });
  const item = useOutbox.getState().items.find((one) => one.clientId === clientId);
  if (item) void send(item);
}

export function drop(clientId: string): void {
  useOutbox.setState(({ items }) => ({ items: items.filter((one) => one.clientId !== clientId) }));
}

function start(item: Outgoing): void {
  useOutbox.setState(({ items }) => ({ items: [...items, item] }));
  // One after the other, so that they arrive in the order in which they were written.
  last = last.then(() => send(item));
}

let last: Promise<void> = Promise.resolve();

async function send(item: Outgoing): Promise<void> {
  try {
    const message = await (item.file ? post(item, item.file) : say(item));
    addOlder(item.conversationId, [message as Message]);
    drop(item.clientId);
  } catch (error) {
    change(item.clientId, { error });
  }
}

function say({ conversationId: id, clientId, text = '' }: Outgoing) {
  return done(
    api.POST('/api/conversations/{id}/messages', { params: { path: { id } }, body: { clientId, text } }),
  );
}

function post({ conversationId, clientId }: Outgoing, file: File): Promise<Message> {
  const query = new URLSearchParams({ name: file.name || 'image.png', clientId });
  return upload<Message>(`/api/conversations/${conversationId}/files?${query}`, file, {
    key: clientId,
    onProgress: (progress) => change(clientId, { progress }),
  });
}

function change(clientId: string, to: Partial<Outgoing>): void {
  useOutbox.setState(({ items }) => ({
    items: items.map((one) => (one.clientId === clientId ? { ...one, ...to } : one)),
  }));
}
