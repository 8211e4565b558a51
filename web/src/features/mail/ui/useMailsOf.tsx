import { IconArrowBackUp, IconUserShare } from '@tabler/icons-react';
import { type ReactNode, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/shared/api/queries';
import type { Contact } from '@/shared/live/figures';
import type { Action } from '@/shared/ui/actions/action';
import { failed } from '@/shared/ui/failed';
import { MAIL_KEY } from '../api/cases';
import { assignMails, type MovedMails, returnMails } from '../api/queue';
import { AssignWindow } from './AssignWindow';
import { useTell } from './useTell';

export interface MailsOf {
  /** What a supervisor may do with a contact; nothing with what is no mail. */
  actionsOf: (contact: Contact | undefined, shortcuts: boolean) => Action[];
  /** To whom a mail is given, while that is asked. */
  window: ReactNode;
}

/** Gives a mail of the live tables to somebody else, or back to its team, out of an agent's hands too. */
export function useMailsOf(): MailsOf {
  const { t } = useTranslation('mail');
  const [asked, setAsked] = useState<Contact>();
  const [shown, setShown] = useState<Contact>(); // what the window is about while it goes
  const [busy, setBusy] = useState(false);
  const tell = useTell();
  const run = useCallback(
    async (contact: Contact, command: Promise<MovedMails>, words: (done: number) => string) => {
      setBusy(true);
      try {
        const from = { name: contact.customerName, address: '' };
        tell(await command, words, [{ segmentId: contact.id, subject: '', from }]);
      } catch (error) {
        failed(error);
      } finally {
        setBusy(false);
        void queryClient.invalidateQueries({ queryKey: MAIL_KEY });
      }
    },
    [tell],
  );
  const actionsOf = useCallback(
    (contact: Contact | undefined, shortcuts: boolean): Action[] =>
      contact?.kind !== 'email' || contact.state === 'ended'
        ? []
        : [
            {
              id: 'contact.assign',
              label: t('assign.action'),
              icon: IconUserShare,
              shortcut: shortcuts ? 'Alt+Shift+KeyA' : undefined,
              group: t('act.group'),
              allowed: !busy,
              perform: () => {
                setAsked(contact);
                setShown(contact);
              },
            },
            {
              id: 'contact.return',
              label: t('act.takeBack'),
              icon: IconArrowBackUp,
              shortcut: shortcuts ? 'Alt+Shift+KeyB' : undefined,
              group: t('act.group'),
              allowed: !busy && contact.agentId !== '',
              perform: () =>
                void run(contact, returnMails({ segmentIds: [contact.id] }), (done) =>
                  t('act.returned', { count: done }),
                ),
            },
          ],
    [busy, run, t],
  );
  const window = shown && (
    <AssignWindow
      opened={asked !== undefined}
      count={1}
      without={shown.agentId}
      onClose={() => setAsked(undefined)}
      onGone={() => setShown(undefined)}
      onChoose={async ({ userId, name }) => {
        await run(shown, assignMails({ segmentIds: [shown.id] }, userId), (done) =>
          t('assign.done', { count: done, name }),
        );
        setAsked(undefined);
      }}
    />
  );
  return { actionsOf, window };
}
