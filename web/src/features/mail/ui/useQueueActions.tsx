import { IconArrowBackUp, IconInbox, IconMailOpened, IconPinnedOff, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/shared/api/queries';
import type { Action } from '@/shared/ui/actions/action';
import { useActions } from '@/shared/ui/actions/registry';
import { failed } from '@/shared/ui/failed';
import { MAIL_KEY, pinCase } from '../api/cases';
import { type Choice, howMany, serviceOf } from '../api/choice';
import {
  assignMails,
  type Disposition,
  deleteMails,
  disposeMails,
  dispositionsQuery,
  filterOf,
  isForeign,
  type MailChoice,
  type MovedMails,
  moved,
  type QueueRow,
  type QueueView,
  returnMails,
  takeMails,
} from '../api/queue';
import { iconOf } from './icons';
import { openFrom } from './openFrom';
import { QueueWindows } from './QueueWindows';
import { useAssigning } from './useAssigning';
import { useTell } from './useTell';

export interface QueueActions {
  /** Take out of the team's queue, give back out of one's own, let go what was pinned. */
  move: Action;
  open: Action;
  /** Give to somebody led; not there without the privilege. */
  assign?: Action;
  dispositions: Action[];
  /** Into the bin, after a question; not there without the privilege. */
  remove?: Action;
  openRow: (row: QueueRow) => void;
  /** Asks before a disposition is set. */
  window: ReactNode;
}

interface Input {
  active: boolean;
  mayDelete: boolean;
  mayAssign: boolean;
  view: QueueView;
  rows: QueueRow[];
  total: number;
  choice: Choice;
  current?: QueueRow;
  onDone: () => void;
  /** The question before a disposition is off the screen. */
  onAsked: () => void;
}

/** What can be done with the mails chosen, else with the one looked at: for buttons, palette and keyboard. */
export function useQueueActions(input: Input): QueueActions {
  const { active, mayDelete, mayAssign, view, rows, total, choice, current, onDone, onAsked } = input;
  const { t } = useTranslation('mail');
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState<Disposition>();
  const [deleting, setDeleting] = useState(false);
  const looked = howMany(choice, total) === 0 ? current : undefined;
  const effective: Choice = looked ? { all: false, ids: new Set([looked.segmentId]) } : choice;
  const count = howMany(effective, total);
  const serviceId = serviceOf(effective, rows, total, view.serviceId);
  const known = useQuery(dispositionsQuery(serviceId)).data?.items;

  const tell = useTell();
  const pinned = view.place === 'pinned';
  const body: MailChoice = effective.all ? { all: filterOf(view) } : { segmentIds: [...effective.ids] };
  const run = async (command: Promise<MovedMails>, words: (done: number) => string) => {
    setBusy(true);
    try {
      tell(await command, words, rows);
      onDone();
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
      void queryClient.invalidateQueries({ queryKey: MAIL_KEY });
    }
  };
  const foreign = isForeign(view);
  const assigning = useAssigning({
    on: mayAssign && !pinned,
    ready: count > 0 && !busy,
    count,
    without: foreign ? view.userId : '',
    onGone: onAsked,
    onChoose: ({ userId, name }) =>
      run(assignMails(body, userId), (done) => t('assign.done', { count: done, name })),
  });
  const openRow = (row: QueueRow) => openFrom(view, row);
  const group = t('act.group');
  const team = view.place === 'team';
  const some = count > 0 && !busy;
  const one = effective.all
    ? undefined
    : rows.find((row) => effective.ids.size === 1 && effective.ids.has(row.segmentId));
  const unpin: Action = {
    id: 'mails.unpin',
    label: t('act.unpin'),
    icon: IconPinnedOff,
    shortcut: 'Alt+KeyT',
    group,
    allowed: some && !view.userId && !effective.all,
    reason: count === 0 ? t('act.chooseFirst') : undefined,
    perform: () => {
      if (effective.all) return;
      const letGo = Promise.all([...effective.ids].map((caseId) => pinCase(caseId, false)));
      void run(
        letGo.then((all) => moved(all.length)),
        (done) => t('act.unpinned', { count: done }),
      );
    },
  };
  const move: Action = {
    id: team ? 'mails.take' : 'mails.return',
    label: t(team ? 'act.take' : foreign ? 'act.takeBack' : 'act.giveBack'),
    icon: team ? IconInbox : IconArrowBackUp,
    shortcut: 'Alt+KeyT',
    group,
    allowed: some,
    reason: count === 0 ? t('act.chooseFirst') : undefined,
    perform: () =>
      void (team
        ? run(takeMails(body), (done) => t('act.taken', { count: done }))
        : run(returnMails(body), (done) => t('act.returned', { count: done }))),
  };
  const open: Action = {
    id: 'mails.open',
    label: t('act.open'),
    icon: IconMailOpened,
    group,
    allowed: one !== undefined && !one.offered && !busy && !foreign,
    reason: foreign ? t('act.foreign') : one?.offered ? t('act.busy') : undefined,
    perform: () => one && openRow(one),
  };
  const dispositions = (pinned || foreign ? [] : (known ?? []))
    .filter((disposition) => disposition.icon !== '')
    .map((disposition) => ({
      id: `mails.dispose.${disposition.id}`,
      label: disposition.name,
      icon: iconOf(disposition.icon),
      group,
      allowed: some,
      perform: () => setAsked(disposition),
    }));
  const remove: Action | undefined =
    mayDelete && !pinned && !foreign
      ? {
          id: 'mails.delete',
          label: t('bin.delete'),
          icon: IconTrash,
          group,
          allowed: some,
          reason: count === 0 ? t('act.chooseFirst') : undefined,
          perform: () => setDeleting(true),
        }
      : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the actions do follows from what is chosen and seen
  const offered = useMemo(() => {
    if (!active) return [];
    const more = [assigning.action, ...dispositions, remove];
    return [pinned ? unpin : move, open, ...more.filter((action) => action !== undefined)];
  }, [active, effective, rows, view, known, busy, mayAssign, t]);
  useActions(offered);

  const window = (
    <QueueWindows
      count={count}
      assigning={assigning.window}
      deleting={deleting}
      onKept={() => setDeleting(false)}
      onDelete={() => run(deleteMails(body), (done) => t('bin.deleted', { count: done }))}
      disposition={asked}
      onUnasked={() => setAsked(undefined)}
      onGone={onAsked}
      onDispose={({ id, name }, comment) =>
        run(disposeMails(body, id, comment), (done) => t('act.disposed', { count: done, name }))
      }
    />
  );
  return {
    move: pinned ? unpin : move,
    open,
    assign: assigning.action,
    dispositions,
    remove,
    openRow,
    window,
  };
}
