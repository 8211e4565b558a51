import { LoadingState } from '@/shared/ui/LoadingState';
import { later } from '@/shared/ui/later';
import { withWords } from './withWords';

// The parts of the desk that only mails need.

/** «My cases». */
export const MailQueue = later(
  () => withWords('mail', import('@/features/mail/ui/MailQueue')).then((file) => file.MailQueue),
  <LoadingState />,
);

/** The mail in focus (decision 14). */
export const MailWork = later(
  () => withWords('mail', import('@/features/mail/ui/work/MailWork')).then((file) => file.MailWork),
  <LoadingState />,
);

/** Asks for which service a new mail is written. */
export const NewMailWindow = later(() =>
  withWords('mail', import('@/features/mail/ui/work/NewMailWindow')).then((file) => file.NewMailWindow),
);

/** Asks before a mail is finished without an answer. */
export const EndMailWindow = later(() =>
  import('@/features/interactions/ui/EndMailWindow').then((file) => file.EndMailWindow),
);

/** Counts what waits in «My cases». */
export const MailWatch = later(() => import('@/features/mail/ui/MailWatch').then((file) => file.MailWatch));
