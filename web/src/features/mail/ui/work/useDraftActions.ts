import { IconMailForward, IconSend2, IconTrash } from '@tabler/icons-react';
import { type RefObject, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/shared/api/errors';
import type { Action } from '@/shared/ui/actions/action';
import { useActions } from '@/shared/ui/actions/registry';
import { failed } from '@/shared/ui/failed';
import { toast } from '@/shared/ui/toasts';
import { isAddress } from '../../api/addresses';
import { stopWriting, type Writing } from '../../api/drafts';
import { type DraftText, deleteMail, sendMail, setDraft } from '../../api/mails';

export type Field = 'to' | 'cc' | 'bcc' | 'subject';
const FIELDS: readonly string[] = ['to', 'cc', 'bcc', 'subject'] satisfies Field[];

export interface Wrong {
  field: Field;
  text: string;
}

interface Drafting {
  actions: { close: Action; send: Action; remove: Action };
  wrong: Wrong | undefined;
  forgive: (field: Field) => void;
  asking: boolean;
  setAsking: (asking: boolean) => void;
  remove: () => Promise<void>;
}

/** What can be done with a draft: send it, with and without closing, and throw it away. */
export function useDraftActions(
  writing: Writing,
  fresh: boolean,
  uploading: boolean,
  focus: RefObject<(field: Field) => void>,
): Drafting {
  const { t } = useTranslation('mail');
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<Wrong>();
  const [asking, setAsking] = useState(false);

  const actions = useMemo(() => {
    const refuse = (field: Field, text: string) => {
      setWrong({ field, text });
      focus.current(field);
    };
    const lacking = (text: DraftText): boolean => {
      for (const field of ['to', 'cc', 'bcc'] as const) {
        const bad = text[field].find((one) => !isAddress(one.address));
        if (bad) refuse(field, t('work.wrong.address', { address: bad.address }));
        if (bad) return true;
      }
      if (text.to.length + text.cc.length + text.bcc.length === 0) refuse('to', t('work.wrong.nobody'));
      else if (text.subject.trim() === '') refuse('subject', t('work.wrong.subject'));
      else return false;
      return true;
    };
    const send = async (close: boolean) => {
      // A half-typed address becomes one when its field is left.
      if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
      if (lacking(writing.autosave.get().value)) return;
      setBusy(true);
      setWrong(undefined);
      try {
        await writing.autosave.flush();
        await sendMail(writing.id, writing.autosave.get().version, close);
        stopWriting(writing.id);
        setDraft(writing.segmentId, null);
        toast({ tone: 'good', title: t('work.sent') });
      } catch (error) {
        const field = error instanceof ApiError ? error.problem.field : undefined;
        if (field && FIELDS.includes(field)) refuse(field as Field, (error as ApiError).problem.detail ?? '');
        else if (!(await writing.autosave.asks(error))) failed(error);
      } finally {
        setBusy(false);
      }
    };
    const group = t('work.group');
    const reason = uploading ? t('work.uploading') : undefined;
    const allowed = !busy && !uploading;
    return {
      close: {
        id: 'mail.sendClose',
        label: t('work.sendClose'),
        icon: IconSend2,
        shortcut: 'Ctrl+Enter',
        group,
        allowed,
        reason,
        perform: () => void send(true),
      },
      send: {
        id: 'mail.send',
        label: t('work.send'),
        icon: IconMailForward,
        shortcut: 'Ctrl+Shift+Enter',
        group,
        allowed,
        reason,
        perform: () => void send(false),
      },
      remove: {
        id: 'mail.delete',
        label: t('work.deleteDraft'),
        icon: IconTrash,
        group,
        allowed: !busy,
        perform: () => setAsking(true),
      },
    } satisfies Record<string, Action>;
  }, [t, writing, busy, uploading, focus]);
  useActions(useMemo(() => Object.values(actions), [actions]));

  return {
    actions,
    wrong,
    forgive: (field) => setWrong((was) => (was?.field === field ? undefined : was)),
    asking,
    setAsking,
    remove: async () => {
      try {
        await deleteMail(writing.id);
        stopWriting(writing.id);
        if (!fresh) setDraft(writing.segmentId, null); // a new mail goes with its draft
        setAsking(false);
      } catch (error) {
        failed(error);
      }
    },
  };
}
