import { create } from 'zustand';
import { hearFrames } from './live';

/** What the stream said about mails; the lists themselves are read again when it does. */
export const useMailNews = create<{
  /** Counts notices that a queue is another one now. */
  queues: number;
  /** Counts notices that a case changed, by the case. */
  cases: Record<string, number>;
  /** The last one that a supervisor took out of this person's hands: its contact, still among the live ones when it is told. */
  taken?: { segmentId: string };
}>(() => ({ queues: 0, cases: {} }));

hearFrames((frame) => {
  if (frame.type === 'mailqueue') useMailNews.setState(({ queues }) => ({ queues: queues + 1 }));
  if (frame.type === 'segment.removed') {
    const { id, taken } = frame.data as { id: string; taken?: boolean };
    if (taken) useMailNews.setState({ taken: { segmentId: id } });
  }
  if (frame.type === 'case.changed') {
    const { caseId } = frame.data as { caseId: string };
    useMailNews.setState(({ cases }) => ({ cases: { ...cases, [caseId]: (cases[caseId] ?? 0) + 1 } }));
  }
});
