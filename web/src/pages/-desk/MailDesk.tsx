import { IconMailPlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EndMailWindow } from '@/features/interactions/ui/EndMailWindow';
import { compose } from '@/features/mail/api/composing';
import { type MailCounts, MailWatch } from '@/features/mail/ui/MailWatch';
import { NewMailWindow } from '@/features/mail/ui/work/NewMailWindow';
import { useActions } from '@/shared/ui/actions/registry';

/** What of the mails is there wherever the agent is on the desk: their numbers, «Новый email», questions. */
export function MailDesk({ onCounts }: { onCounts: (counts: MailCounts) => void }) {
  const { t } = useTranslation(['mail', 'desk']);
  useActions(
    useMemo(
      () => [
        {
          id: 'mail.new',
          label: t('work.newMail'),
          icon: IconMailPlus,
          shortcut: 'Alt+Shift+KeyE',
          group: t('desk:group'),
          allowed: true,
          perform: () => compose(),
        },
      ],
      [t],
    ),
  );
  return (
    <>
      <MailWatch onCounts={onCounts} />
      <EndMailWindow />
      <NewMailWindow />
    </>
  );
}
