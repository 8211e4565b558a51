import { wordsOf } from '@/shared/i18n/i18n';
import { LoadingState } from '@/shared/ui/LoadingState';
import { later } from '@/shared/ui/later';

// The parts of the desk that only mails need.

/** «My cases». */
export const MailQueue = later(
  async () => {
    const [file] = await Promise.all([import('@/features/mail/ui/MailQueue'), wordsOf('mail')]);
    return file.MailQueue;
  },
  <LoadingState />,
);

/** Counts what waits there. */
export const MailWatch = later(() => import('@/features/mail/ui/MailWatch').then((file) => file.MailWatch));
