import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import { api, done } from '@/shared/api/client';
import { readCaseAgain } from './cases';

/** Comments being written, by case: kept on this machine until they are saved or thrown away. */
export const useUnsaved = create<{ notes: Record<string, string> }>()(
  persist((): { notes: Record<string, string> } => ({ notes: {} }), {
    name: 'parley.caseNotes',
    storage: createJSONStorage(() => localStorage),
  }),
);

/** The longest comment, in characters; the server says the same. */
export const MAX_NOTE = 16_000;

export function write(caseId: string, text: string): void {
  useUnsaved.setState(({ notes }) => ({ notes: { ...notes, [caseId]: text } }));
}

export function forget(caseId: string): void {
  useUnsaved.setState(({ notes: { [caseId]: _, ...notes } }) => ({ notes }));
}

/** Keeps a comment in the case's history (E-25). */
export async function saveNote(caseId: string, text: string): Promise<void> {
  await done(api.POST('/api/cases/{id}/notes', { params: { path: { id: caseId } }, body: { text } }));
  // What was written on while it was under way is the next comment.
  if (useUnsaved.getState().notes[caseId]?.trim() === text) forget(caseId);
  readCaseAgain(caseId);
}
