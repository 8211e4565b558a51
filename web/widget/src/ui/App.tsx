import { useEffect, useRef } from 'preact/hooks';
import { palette } from '../colour';
import type { Session } from '../session';
import { unread } from '../state';
import { Icon } from './Icon';
import { Panel } from './Panel';
import { useSession } from './useSession';

const darkGround = '#1b2027';

export function App({ session }: { session: Session }) {
  useSession(session);
  const root = useRef<HTMLDivElement>(null);
  const launcher = useRef<HTMLButtonElement>(null);
  const { config, open, said } = session.state;
  const look = config?.look;
  const dark =
    look?.theme === 'dark' || (look?.theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);

  useViewport(root);

  if (!config) return null;
  const close = () => {
    session.setOpen(false);
    launcher.current?.focus();
  };
  return (
    <div
      ref={root}
      class={`root ${look?.position === 'left' ? 'left' : 'right'} ${dark ? 'dark' : 'light'}`}
      lang={config.lang}
      style={{
        ...palette(look?.color, look?.textColor, dark ? darkGround : '#ffffff'),
        '--radius': `${look?.radius ?? 14}px`,
      }}
    >
      <div class="sr" role="status" aria-live="polite">
        {said}
      </div>
      {open && <Panel session={session} onClose={close} />}
      <Launcher session={session} button={launcher} />
    </div>
  );
}

function Launcher({ session, button }: { session: Session; button: { current: HTMLButtonElement | null } }) {
  const { open } = session.state;
  const { say } = session;
  const n = open ? 0 : unread(session.state);
  const label = say(open ? 'close' : 'open');
  return (
    <button
      ref={button}
      type="button"
      class={`launcher ${open ? 'is-open' : ''}`}
      aria-label={n ? `${label}. ${say('unread', { n })}` : label}
      aria-expanded={open}
      onClick={() => session.setOpen(!open)}
    >
      <Icon name={open ? 'down' : 'chat'} />
      {n > 0 && (
        <span class="badge" aria-hidden="true">
          {n > 99 ? '99+' : n}
        </span>
      )}
    </button>
  );
}

// On a phone the keyboard covers half of a fixed panel: the part that can be
// seen is handed to the style sheet.
function useViewport(root: { current: HTMLDivElement | null }) {
  useEffect(() => {
    const view = window.visualViewport;
    if (!view) return;
    const fit = () => {
      root.current?.style.setProperty('--seen', `${view.height}px`);
      root.current?.style.setProperty('--top', `${view.offsetTop}px`);
    };
    view.onresize = view.onscroll = fit;
  }, [root]);
}
