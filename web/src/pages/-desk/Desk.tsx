import { useCallback, useState } from 'react';
import { useMessageSound } from '@/features/chat/api/reading';
import { openCard, useOpened } from '@/features/contact/api/opened';
import { Offers } from '@/features/offers/ui/Offers';
import { useFinishAction } from '@/features/outcome/ui/useFinishAction';
import type { Me } from '@/features/signin/api/session';
import { StateBlock } from '@/features/state/ui/StateBlock';
import { useLiveTab } from '@/shared/lib/liveTab';
import { useFocused } from '@/shared/live/focus';
import { useLive } from '@/shared/live/live';
import { LoadingState } from '@/shared/ui/LoadingState';
import { later } from '@/shared/ui/later';
import { Rail } from '@/shared/ui/shell/Rail';
import { Shell } from '@/shared/ui/shell/Shell';
import { StatusBar } from '@/shared/ui/shell/StatusBar';
import { Banners } from './Banners';
import { CallBlock } from './CallParts';
import { CardWindows, CustomerBlock } from './ContactParts';
import { Information } from './Information';
import { List } from './List';
import { LinkedCase, MailDesk, mailTo } from './MailParts';
import { Tools } from './Tools';
import { useConnection } from './useConnection';
import { useControls } from './useControls';
import { useRail } from './useRail';
import { useSoftphone } from './useSoftphone';

const ElsewhereScreen = later(() =>
  import('@/shared/ui/ElsewhereScreen').then((file) => file.ElsewhereScreen),
);

const InteractionBlock = later(() =>
  import('@/features/interactions/ui/InteractionBlock').then((file) => file.InteractionBlock),
);
const HandOverWindow = later(() =>
  import('@/features/interactions/ui/HandOverWindow').then((file) => file.HandOverWindow),
);
const OutcomeBlock = later(() =>
  import('@/features/outcome/ui/FinishButton').then((file) => file.OutcomeBlock),
);
// These are seen first, before the shift and in it: fetched at once, beside the first words of the stream.
const figures = import('@/features/figures/ui/FiguresBlock').then((file) => file.FiguresBlock);
const FiguresBlock = later(() => figures);
const shift = import('@/features/state/ui/StartShift').then((file) => file.StartShift);
const StartShift = later(() => shift, <LoadingState />);

// With one of these somebody sees cases at all.
const SEE_CASES = ['handle.email', 'handle.others_cases', 'records.view'];

interface DeskProps {
  me: Me;
  /** The case that the address leads to; empty: none. */
  linked: string;
  onLinked: () => void;
}

/** The agent's desk: which parts stand where, and what they share. */
export function Desk(props: DeskProps) {
  const { me } = props;
  useConnection(me);
  const tab = useLiveTab((known) => known.status);
  if (tab === 'elsewhere') return <ElsewhereScreen />;
  return <LiveDesk {...props} />;
}

function LiveDesk({ me, linked, onLinked }: DeskProps) {
  const [listOpened, setListOpened] = useState(true);
  const [page, setPage] = useState('home');
  const ready = useLive((live) => live.ready);
  const onFloor = useLive((live) => live.agent !== null);
  const focused = useFocused();
  const openContacts = useCallback(() => {
    useOpened.setState({ searching: true });
    setPage('contacts');
  }, []);
  const showCard = useCallback((id: string, name: string) => {
    openCard(id, name);
    setPage(`card.${id}`);
  }, []);
  const [mailOpened, setMailOpened] = useState(false);
  const [mailCounts, setMailCounts] = useState({ count: 0, late: false });
  const openMail = useCallback(() => {
    setMailOpened(true);
    setPage('mail');
  }, []);
  useFinishAction(focused);
  useMessageSound();
  const actions = useControls(focused);
  const privileges = me.privileges ?? [];
  const calls = privileges.includes('handle.voice');
  const mails = privileges.includes('handle.email');
  const rail = useRail({
    listOpened,
    setListOpened,
    page,
    setPage,
    openContacts,
    openMail,
    mail: mails ? mailCounts : undefined,
  });
  useSoftphone(calls);

  return (
    <>
      <Shell
        banners={<Banners calls={calls} />}
        statusBar={
          <StatusBar
            state={<StateBlock supervisor={privileges.includes('supervise.live')} />}
            interaction={
              focused && (
                <InteractionBlock
                  segment={focused}
                  customer={
                    <CustomerBlock segment={focused} onCard={showCard} onMail={mails ? mailTo : undefined} />
                  }
                  actions={actions}
                  outcome={<OutcomeBlock segment={focused} />}
                  controls={
                    focused.kind === 'voice' && <CallBlock segment={focused} actions={actions} place="bar" />
                  }
                />
              )
            }
            figures={onFloor && <FiguresBlock />}
            tools={<Tools me={me} onSearch={onFloor ? openContacts : undefined} />}
          />
        }
        rail={<Rail items={rail} />}
        list={
          onFloor &&
          listOpened && (
            <List
              focused={focused}
              actions={actions}
              dials={calls && privileges.includes('handle.directory')}
            />
          )
        }
        offers={<Offers />}
        main={
          !ready ? (
            <LoadingState />
          ) : onFloor ? (
            <Information
              focused={focused}
              actions={actions}
              page={page}
              seesCases={SEE_CASES.some((one) => privileges.includes(one))}
              onPage={setPage}
              mails={
                mailOpened
                  ? {
                      supervisor: privileges.includes('supervise.live'),
                      mayAssign: privileges.includes('supervise.force_state'),
                      mayDelete: privileges.includes('handle.delete_cases'),
                      close: () => setMailOpened(false),
                    }
                  : undefined
              }
            />
          ) : (
            <StartShift calls={calls} />
          )
        }
      />
      <HandOverWindow />
      <CardWindows />
      {linked !== '' && onFloor && <LinkedCase caseId={linked} onOpened={onLinked} />}
      {mails && onFloor && <MailDesk onCounts={setMailCounts} />}
    </>
  );
}
