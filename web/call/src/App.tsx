import { useEffect, useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';
import { palette } from '../../widget/src/colour';
import { Icon, type IconName } from './Icon';
import { isBusy, type Session, type State } from './session';
import { type Say, speaker } from './texts';

const darkGround = '#1b2027';
const scheme = matchMedia('(prefers-color-scheme: dark)');

export function App({ session, raised }: { session: Session; raised: boolean }) {
  const [, again] = useReducer<number, void>((n) => n + 1, 0);
  useLayoutEffect(() => {
    session.subscribe(() => again());
    scheme.onchange = () => again();
  }, [session]);
  const launcher = useRef<HTMLButtonElement>(null);
  const { config, phase } = session.state;
  const shown = phase !== 'idle';
  const was = useRef(false);
  useEffect(() => {
    if (was.current && !shown) launcher.current?.focus();
    was.current = shown;
  }, [shown]);
  if (!config) return null;
  const { look } = config;
  const dark = look.theme === 'dark' || (look.theme === 'auto' && scheme.matches);
  const say = speaker(config.lang, config.texts);
  return (
    <div
      class={`root ${look.position === 'left' ? 'left' : ''} ${dark ? 'dark' : ''} ${raised ? 'raised' : ''}`}
      lang={config.lang}
      style={{
        ...palette(look.color, look.textColor, dark ? darkGround : '#ffffff'),
        '--radius': `${look.radius ?? 14}px`,
      }}
    >
      {shown && <Panel session={session} say={say} onDismiss={() => session.dismiss()} />}
      <button ref={launcher} type="button" class="caller" hidden={shown} onClick={() => void session.call()}>
        <Icon name="phone" />
        {say('call')}
      </button>
    </div>
  );
}

function Panel({ session, say, onDismiss }: { session: Session; say: Say; onDismiss(): void }) {
  const { state } = session;
  const [pad, setPad] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  const on = isBusy(state.phase);
  const there = state.phase === 'talking' || state.phase === 'held' || state.phase === 'waiting';
  useEffect(() => panel.current?.focus(), []);
  const keyed = (e: KeyboardEvent) => {
    if (e.key === 'Escape' && !on) onDismiss();
    if (there && /^[0-9*#]$/.test(e.key)) session.press(e.key);
  };
  return (
    <div ref={panel} class="panel" role="dialog" aria-label={say('call')} tabIndex={-1} onKeyDown={keyed}>
      <p class={`words ${state.phase}`} role="status" aria-live="polite">
        {words(state, say)}
      </p>
      {state.since > 0 && on && <Timer since={state.since} />}
      {pad && there && <Keypad press={(d) => session.press(d)} />}
      <div class="tools">
        {there && (
          <>
            <Tool
              icon={state.muted ? 'muted' : 'microphone'}
              label={say(state.muted ? 'unmute' : 'mute')}
              pressed={state.muted}
              onClick={() => session.mute(!state.muted)}
            />
            <Tool icon="keypad" label={say('keypad')} pressed={pad} onClick={() => setPad(!pad)} />
          </>
        )}
        {on ? (
          <Tool icon="phone" label={say('hangUp')} class="end" onClick={() => session.hangUp()} />
        ) : (
          <>
            <button type="button" class="redial" onClick={() => void session.call()}>
              <Icon name="phone" />
              {say('redial')}
            </button>
            <Tool icon="close" label={say('close')} onClick={onDismiss} />
          </>
        )}
      </div>
    </div>
  );
}

export function words({ phase, why, lost, agent, position, config }: State, say: Say): string {
  const name = agent || say('someone');
  if (lost) return say('again');
  if (why === 'closed' && config?.opensAt) {
    const when = new Date(config.opensAt).toLocaleString(config.lang, {
      dateStyle: 'long',
      timeStyle: 'short',
    });
    return `${say('closed')} ${say('opensAt', { when })}`;
  }
  if (why) return say(why);
  if (!isBusy(phase)) return '';
  return say(phase, { name }) + (position ? ` ${say('position', { n: `${position}` })}` : '');
}

interface ToolProps {
  icon: IconName;
  label: string;
  class?: string;
  pressed?: boolean;
  onClick(): void;
}

function Tool(p: ToolProps) {
  return (
    <button
      type="button"
      class={`tool ${p.class ?? ''}`}
      title={p.label}
      aria-label={p.label}
      aria-pressed={p.pressed}
      onClick={p.onClick}
    >
      <Icon name={p.icon} />
    </button>
  );
}

function Timer({ since }: { since: number }) {
  const [, again] = useReducer<number, void>((n) => n + 1, 0);
  useEffect(() => {
    const t = setInterval(() => again(), 1000);
    return () => clearInterval(t);
  }, []);
  return (
    <p class="timer" role="timer">
      {clock(Date.now() - since)}
    </p>
  );
}

export function clock(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const h = Math.floor(s / 3600);
  return `${h ? `${h}:` : ''}${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

function Keypad({ press }: { press(digit: string): void }) {
  return (
    <div class="keys">
      {[...'123456789*0#'].map((d) => (
        <button key={d} type="button" class="key" onClick={() => press(d)}>
          {d}
        </button>
      ))}
    </div>
  );
}
