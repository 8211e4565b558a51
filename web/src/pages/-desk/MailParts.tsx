import { compose } from '@/features/mail/api/composing';
import { LoadingState } from '@/shared/ui/LoadingState';
import { later } from '@/shared/ui/later';
import { withWords } from './withWords';

// The parts of the desk that only mails need.

/** «My cases». */
export const MailQueue = later(
  () => withWords('mail', import('@/features/mail/ui/MailQueue')).then((file) => file.MailQueue),
  <LoadingState />,
);

/** A case in a tab of its own. */
export const CaseTab = later(
  () => withWords('mail', import('@/features/mail/ui/CaseTab')).then((file) => file.CaseTab),
  <LoadingState />,
);

/** The mail in focus (decision 14). */
export const MailWork = later(
  () => withWords('mail', import('@/features/mail/ui/work/MailWork')).then((file) => file.MailWork),
  <LoadingState />,
);

/** What is there of them wherever the agent is on the desk. */
export const MailDesk = later(() => withWords('mail', import('./MailDesk')).then((file) => file.MailDesk));

/** What the desk's address leads to. */
export const LinkedCase = later(() =>
  withWords('mail', import('@/features/mail/ui/LinkedCase')).then((file) => file.LinkedCase),
);

/** Begins a mail to somebody (E-32). */
export const mailTo = (to: { name: string; address: string }) => compose([to]);
