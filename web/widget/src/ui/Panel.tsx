import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Session } from '../session';
import { asks, hasConversation } from '../state';
import { Face } from './Bubble';
import { Composer } from './Composer';
import { OfflineForm, StartForm } from './Forms';
import { focused } from './focused';
import { Icon } from './Icon';
import { Log } from './Log';
import { Tool } from './Tool';

type View = 'chat' | 'form' | 'offline' | 'banned';

export function Panel({ session, onClose }: { session: Session; onClose: () => void }) {
  const panel = useRef<HTMLDivElement>(null);
  const [over, setOver] = useState(false);
  const [ending, setEnding] = useState(false);
  const { say } = session;
  const view = viewOf(session);
  const canDrop = view === 'chat' && session.state.room.conversation?.state !== 'ended';

  useFocus(panel, view, session.state.byHand);

  const drop = (e: DragEvent) => {
    e.preventDefault();
    setOver(false);
    if (canDrop) session.sendFiles(e.dataTransfer?.files ?? []);
  };
  const hasFiles = (e: DragEvent) => canDrop && !!e.dataTransfer?.types.includes('Files');
  return (
    <div
      ref={panel}
      class="panel"
      role="dialog"
      aria-label={say('title')}
      tabIndex={-1}
      onKeyDown={(e) => onKey(e, panel.current, onClose)}
      onDragOver={(e) => {
        if (!hasFiles(e)) return;
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={(e) => {
        if (!panel.current?.contains(e.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={drop}
    >
      <Header session={session} onClose={onClose} onEnd={() => setEnding(true)} />
      <ConnectionLost session={session} />
      {view === 'form' && <StartForm session={session} />}
      {view === 'offline' && <OfflineForm session={session} />}
      {view === 'banned' && <p class="plain">{say('banned')}</p>}
      {view === 'chat' && (
        <>
          <Log session={session} />
          {ending ? (
            <EndQuestion session={session} onDone={() => setEnding(false)} />
          ) : (
            <Composer session={session} />
          )}
        </>
      )}
      {over && <div class="drop">{say('attach')}</div>}
    </div>
  );
}

function viewOf(session: Session): View {
  const { config, room, beginning, banned } = session.state;
  if (banned) return 'banned';
  if (room.conversation?.state === 'unserved' && beginning) return 'offline';
  if (hasConversation(session.state) || (room.conversation && !beginning)) return 'chat';
  if (!config?.open || (!config.available && config.offline?.enabled)) return 'offline';
  return asks(session.state) ? 'form' : 'chat';
}

function Header({ session, onClose, onEnd }: { session: Session; onClose: () => void; onEnd: () => void }) {
  const { say } = session;
  const { config, room, sound } = session.state;
  const c = room.conversation;
  const agents = c?.state === 'active' ? (c.agents ?? []) : [];
  const logo = config?.look.logo;
  const names = agents.map((a) => a.name).join(', ');
  const live = hasConversation(session.state);
  return (
    <div class="header">
      {agents[0] ? (
        <Face of={agents[0]} session={session} />
      ) : (
        logo && <img class="logo" src={session.api.pictureUrl(logo)} alt="" />
      )}
      <div class="heading">
        <h2 class="title">{say('title')}</h2>
        <p>
          {names ? say('talking', { name: names }) : config?.open && config.available ? say('online') : ''}
        </p>
      </div>
      {config?.look.sound !== false && (
        <Tool
          icon={sound ? 'sound' : 'mute'}
          label={say('sound')}
          pressed={sound}
          onClick={() => session.toggleSound()}
        />
      )}
      {live && <Tool icon="leave" label={say('end')} onClick={onEnd} />}
      <Tool icon="close" label={say('close')} onClick={onClose} />
    </div>
  );
}

function EndQuestion({ session, onDone }: { session: Session; onDone: () => void }) {
  const { say } = session;
  const stay = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => stay.current?.focus(), []);
  const end = () => {
    onDone();
    void session.end();
  };
  return (
    <div class="question" role="alertdialog" aria-label={`${say('end')}?`}>
      <p>{say('end')}?</p>
      <button type="button" class="button" ref={stay} onClick={onDone}>
        {say('endNo')}
      </button>
      <button type="button" class="button primary" onClick={end}>
        {say('end')}
      </button>
    </div>
  );
}

// A short break is not worth a word: the line shows after two seconds.
function ConnectionLost({ session }: { session: Session }) {
  const down = session.state.link === 'down';
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (session.state.link === 'up' || session.state.link === 'idle') return setShown(false);
    if (!down) return;
    const timer = setTimeout(() => setShown(true), 2000);
    return () => clearTimeout(timer);
  }, [down, session.state.link]);
  return (
    <div role="status">
      {shown && (
        <p class="lost">
          <Icon name="warn" />
          {session.say('lost')}
        </p>
      )}
    </div>
  );
}

// Opening moves the focus into the panel; a page that comes up with the panel
// already open keeps its own focus.
function useFocus(panel: { current: HTMLDivElement | null }, view: View, byHand: boolean) {
  useLayoutEffect(() => {
    if (!byHand) return;
    const touch = matchMedia('(pointer: coarse)').matches;
    const wanted = view === 'chat' ? 'textarea' : 'input, select, textarea';
    // On a phone the keyboard would jump up over what there is to read.
    const first = touch ? null : panel.current?.querySelector<HTMLElement>(wanted);
    (first ?? panel.current)?.focus();
  }, [panel, view, byHand]);
}

function onKey(e: KeyboardEvent, panel: HTMLElement | null, onClose: () => void) {
  if (e.key === 'Escape' && !e.defaultPrevented) {
    onClose();
    return;
  }
  // Full screen on a phone: Tab stays inside, the page behind can't be seen.
  if (e.key !== 'Tab' || !panel || !matchMedia('(max-width: 480px)').matches) return;
  const stops = panel.querySelectorAll<HTMLElement>('button, a[href], input, select, textarea');
  const [first, last] = [stops[0], stops[stops.length - 1]];
  const at = focused(panel);
  if (e.shiftKey && (at === first || at === panel)) last?.focus();
  else if (!e.shiftKey && at === last) first?.focus();
  else return;
  e.preventDefault();
}
