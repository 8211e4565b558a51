import { useSyncExternalStore } from 'react';
import { upload } from '@/shared/api/client';
import { ApiError } from '@/shared/api/errors';
import { useLive } from '@/shared/live/live';
import { Autosave, type Status, type Versioned } from './autosave';
import type { MailFile, MailView } from './cases';
import { tooLarge } from './limits';
import {
  cachedDrafts,
  type DraftText,
  detach,
  getMail,
  readDraftAgain,
  saveMail,
  setDraft,
  textOf,
} from './mails';

/** A file of a draft: there, on its way, or refused. */
export interface Attachment {
  key: string;
  name: string;
  size: number;
  type: string;
  inline: boolean;
  id?: string;
  progress?: number;
  error?: unknown;
  check?: MailFile['check'];
  checkWords?: string;
}

/** A draft being written. It lives outside the screen: what is typed is saved also when another row gets the focus. */
export interface Writing {
  id: string;
  segmentId: string;
  caseId: string;
  autosave: Autosave<DraftText>;
  files: Attachment[];
}

const open = new Map<string, Writing>();
const listeners = new Set<() => void>();
const told = () => {
  for (const listener of listeners) listener();
};

const storageKey = (id: string) => `parley.mail.${id}`;

function keptOf(id: string): Versioned<DraftText> | null {
  try {
    return JSON.parse(localStorage.getItem(storageKey(id)) ?? 'null') as Versioned<DraftText> | null;
  } catch {
    return null;
  }
}

function keep(id: string, unsaved: Versioned<DraftText> | null): void {
  try {
    if (unsaved) localStorage.setItem(storageKey(id), JSON.stringify(unsaved));
    else localStorage.removeItem(storageKey(id));
  } catch {
    // A full or forbidden storage: the server's copy is a second behind.
  }
}

/** The one writer of a draft, begun at the first call. */
export function writingOf(draft: MailView): Writing {
  const known = open.get(draft.id);
  if (known) return known;
  const { id, segmentId = '', caseId } = draft;
  const autosave = new Autosave<DraftText>(
    { value: textOf(draft), version: draft.version },
    {
      save: async (value, version) => (await saveMail(id, version, value)).version,
      theirs: async () => {
        const mail = await getMail(id);
        return { value: textOf(mail), version: mail.version };
      },
      isConflict: (error) => error instanceof ApiError && error.code === 'PAR-0003',
      mayPass: (error) => !(error instanceof ApiError) || error.status >= 500 || error.status === 429,
      keep: (unsaved) => keep(id, unsaved),
    },
  );
  const writing = { id, segmentId, caseId, autosave, files: (draft.files ?? []).map(attached) };
  open.set(id, writing);
  const kept = keptOf(id);
  if (kept) autosave.restore(kept);
  return writing;
}

const attached = (file: MailFile): Attachment => ({
  key: file.id,
  id: file.id,
  name: file.name,
  size: file.size,
  type: file.type,
  inline: file.inline,
  check: file.check,
  checkWords: file.checkWords,
});

/** The draft was sent or deleted. */
export function stopWriting(id: string): void {
  open.get(id)?.autosave.stop();
  open.delete(id);
}

export const useStatus = (writing: Writing): Status<DraftText> =>
  useSyncExternalStore(writing.autosave.subscribe, writing.autosave.get);

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useFiles = (writing: Writing): Attachment[] =>
  useSyncExternalStore(subscribe, () => writing.files);

function setFiles(writing: Writing, files: Attachment[]): void {
  writing.files = files;
  told();
}

const change = (writing: Writing, key: string, part: Partial<Attachment>) =>
  setFiles(
    writing,
    writing.files.map((one) => (one.key === key ? { ...one, ...part } : one)),
  );

/** What the virus check says now of the files that came with a forwarded mail. */
export function setChecks(writing: Writing, files: MailFile[]): void {
  const checks = new Map(files.map(({ id, check, checkWords }) => [id, { check, checkWords }]));
  setFiles(
    writing,
    writing.files.map((one) => ({ ...one, ...(one.id ? checks.get(one.id) : undefined) })),
  );
}

let count = 0;

/**
 * Adds a file; its size is looked at before a byte is sent (E-29). A picture of
 * the text answers with its id. Why it was refused stands on the file.
 */
export async function attach(writing: Writing, file: File, inline = false): Promise<string | undefined> {
  count += 1;
  const key = `new-${count}`;
  const one: Attachment = { key, name: file.name, size: file.size, type: file.type, inline };
  const there = writing.files.filter((other) => other.error === undefined);
  const refused = tooLarge(file.size, there);
  if (refused) {
    setFiles(writing, [...writing.files, { ...one, error: problem(refused.code, refused.max) }]);
    return undefined;
  }
  setFiles(writing, [...writing.files, { ...one, progress: 0 }]);
  const query = new URLSearchParams({ name: file.name, ...(inline ? { inline: '1' } : {}) });
  try {
    const done = await upload<MailFile>(`/api/mails/${writing.id}/files?${query}`, file, {
      onProgress: (progress) => change(writing, key, { progress }),
    });
    change(writing, key, { ...attached(done), key, progress: undefined });
    return done.id;
  } catch (error) {
    change(writing, key, { error, progress: undefined });
    return undefined;
  }
}

const problem = (code: string, max: number) => new ApiError(413, { status: 413, code, args: { max } });

/** Takes a file out; one that was refused is only forgotten. */
export async function remove(writing: Writing, file: Attachment): Promise<void> {
  if (file.id) await detach(writing.id, file.id);
  setFiles(
    writing,
    writing.files.filter((one) => one.key !== file.key),
  );
}

// A mail that left this person's hands is written by nobody here.
useLive.subscribe((live, before) => {
  if (live.segments === before.segments || !live.ready) return;
  for (const writing of open.values()) {
    const segment = live.segments[writing.segmentId];
    if (before.segments[writing.segmentId] && segment?.state !== 'active') open.delete(writing.id);
  }
});

/** Brings everything written for a mail in hand to the server. */
export async function saveAll(segmentId: string): Promise<void> {
  for (const writing of open.values()) if (writing.segmentId === segmentId) await writing.autosave.flush();
}

/** A mail is about to leave its case: what was written for an answer to it must be known to the server before. */
export async function saveAnswersTo(mailId: string): Promise<void> {
  for (const draft of cachedDrafts())
    if (draft.answersId === mailId) await open.get(draft.id)?.autosave.flush();
}

/** It left: an answer that was begun and never written went with it. */
export function forgetAnswersTo(mailId: string): void {
  for (const draft of cachedDrafts()) {
    if (draft.answersId !== mailId || !draft.segmentId) continue;
    stopWriting(draft.id);
    setDraft(draft.segmentId, null);
  }
}

/** The case is of another service: an answer that nobody wrote in begins anew, with that service's words. */
export function beginAnew(segmentId: string): void {
  for (const draft of cachedDrafts()) {
    if (draft.segmentId !== segmentId || draft.kind === 'new' || isWritten(draft)) continue;
    stopWriting(draft.id);
    readDraftAgain(segmentId);
  }
}

/** Whether something was written in a draft: then another answer would need its place. */
export const isWritten = (draft: MailView): boolean => {
  const status = open.get(draft.id)?.autosave.get();
  return draft.version > 1 || (status !== undefined && (status.state !== 'saved' || status.version > 1));
};
