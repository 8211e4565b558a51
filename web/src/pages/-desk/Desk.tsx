import { useState } from 'react';
import { useMessageSound } from '@/features/chat/api/reading';
import { FiguresBlock } from '@/features/figures/ui/FiguresBlock';
import { HandOverWindow } from '@/features/interactions/ui/HandOverWindow';
import { InteractionBlock } from '@/features/interactions/ui/InteractionBlock';
import { Offers } from '@/features/offers/ui/Offers';
import { OutcomeBlock } from '@/features/outcome/ui/FinishButton';
import { useFinishAction } from '@/features/outcome/ui/useFinishAction';
import type { Me } from '@/features/signin/api/session';
import { StartShift } from '@/features/state/ui/StartShift';
import { StateBlock } from '@/features/state/ui/StateBlock';
import { useLiveTab } from '@/shared/lib/liveTab';
import { useFocused } from '@/shared/live/focus';
import { useLive } from '@/shared/live/live';
import { ElsewhereScreen } from '@/shared/ui/ElsewhereScreen';
import { LoadingState } from '@/shared/ui/LoadingState';
import { Rail } from '@/shared/ui/shell/Rail';
import { Shell } from '@/shared/ui/shell/Shell';
import { StatusBar } from '@/shared/ui/shell/StatusBar';
import { Banners } from './Banners';
import { Information } from './Information';
import { List } from './List';
import { Tools } from './Tools';
import { useConnection } from './useConnection';
import { useRail } from './useRail';

/** The agent's desk: which parts stand where, and what they share. */
export function Desk({ me }: { me: Me }) {
  useConnection(me);
  const tab = useLiveTab((known) => known.status);
  if (tab === 'elsewhere') return <ElsewhereScreen />;
  return <LiveDesk me={me} />;
}

function LiveDesk({ me }: { me: Me }) {
  const [listOpened, setListOpened] = useState(true);
  const [page, setPage] = useState('home');
  const ready = useLive((live) => live.ready);
  const onFloor = useLive((live) => live.agent !== null);
  const focused = useFocused();
  const rail = useRail({ listOpened, setListOpened, page, setPage });
  useFinishAction(focused);
  useMessageSound();
  const privileges = me.privileges ?? [];

  return (
    <>
      <Shell
        banners={<Banners />}
        statusBar={
          <StatusBar
            state={<StateBlock supervisor={privileges.includes('supervise.live')} />}
            interaction={
              focused && <InteractionBlock segment={focused} outcome={<OutcomeBlock segment={focused} />} />
            }
            figures={onFloor && <FiguresBlock />}
            tools={<Tools me={me} />}
          />
        }
        rail={<Rail items={rail} />}
        list={onFloor && listOpened && <List focused={focused} />}
        offers={<Offers />}
        main={
          !ready ? (
            <LoadingState />
          ) : onFloor ? (
            <Information
              focused={focused}
              page={page}
              onPage={setPage}
              history={privileges.includes('records.view')}
            />
          ) : (
            <StartShift />
          )
        }
      />
      <HandOverWindow />
    </>
  );
}
