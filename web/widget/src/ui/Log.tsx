import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Entry } from '../outbox';
import type { Agent, FileInfo, Message } from '../protocol';
import type { Session } from '../session';
import { asks, shown, startPending } from '../state';
import type { TextKey } from '../texts';
import { Bubble, EventLine, FileInBubble, Pending, SendingFile } from './Bubble';
import { Icon } from './Icon';
import { Picture } from './Picture';

/** The conversation: what was said, what is on its way, what is going on. */
export function Log({ session }: { session: Session }) {
  const { say } = session;
  const { older, typing, sending } = session.state;
  const [picture, setPicture] = useState<FileInfo | null>(null);
  const { messages, waiting } = shown(session.state);
  const { box, atEnd } = useStickToEnd(messages, waiting);
  return (
    <div class="log-frame">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <div class="log" ref={box} role="log" aria-live="off" aria-label={say('title')} tabIndex={0}>
        {older && (
          <button type="button" class="quiet" onClick={() => session.loadOlder()}>
            {say('older')}
          </button>
        )}
        {!older && !asks(session.state) && <Bubble author={{ kind: 'bot' }}>{say('greeting')}</Bubble>}
        {messages.map((m, i) => (
          <Item key={m.n} session={session} m={m} before={messages[i - 1]} onPicture={setPicture} />
        ))}
        {waiting.map((e) => (
          <Pending key={e.clientId} session={session} entry={e} />
        ))}
        {sending.map((s) => (
          <SendingFile key={s.clientId} session={session} file={s} />
        ))}
        <Status session={session} />
        {typing && (
          <p class="typing">
            <span class="dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            {say('typing', {
              name: typing.who || (session.state.room.conversation?.agents?.[0]?.name ?? say('someone')),
            })}
          </p>
        )}
      </div>
      {!atEnd && (
        <button type="button" class="to-end" aria-label={say('newest')} onClick={() => toEnd(box.current)}>
          <Icon name="down" />
        </button>
      )}
      {picture && <Picture session={session} file={picture} onClose={() => setPicture(null)} />}
    </div>
  );
}

interface ItemProps {
  session: Session;
  m: Message;
  before?: Message;
  onPicture(f: FileInfo): void;
}

function Item({ session, m, before, onPicture }: ItemProps) {
  const day = dayOf(m.at, session.api.lang);
  const newDay = !before || dayOf(before.at, session.api.lang) !== day;
  const follows =
    !newDay &&
    before?.kind !== 'event' &&
    before?.author.kind === m.author.kind &&
    before.author.name === m.author.name &&
    m.at - before.at < 300_000;
  return (
    <>
      {newDay && <p class="day">{day}</p>}
      {m.kind === 'event' ? (
        <EventLine text={eventText(m, session)} at={m.at} />
      ) : (
        <Bubble
          author={withPhoto(m.author, session.state.room.conversation?.agents)}
          follows={follows}
          at={m.at}
          mark={markOf(m, session)}
          session={session}
          text={m.kind === 'text' ? m.text : undefined}
        >
          {m.kind === 'file' && m.file && (
            <FileInBubble session={session} file={m.file} onPicture={onPicture} />
          )}
        </Bubble>
      )}
    </>
  );
}

function Status({ session }: { session: Session }) {
  const { say } = session;
  const c = session.state.room.conversation;
  const told = session.state.room.messages.some((m) => m.author.kind === 'bot');
  const waits = startPending(session.state) || (c?.state === 'waiting' && !told);
  return (
    <div class="status" role="status">
      {waits && <p>{say('waiting')}</p>}
      {c?.position && <p>{say('position', { n: c.position })}</p>}
    </div>
  );
}

type Mark = 'sent' | 'delivered' | 'read';

function markOf(m: Message, session: Session): Mark | undefined {
  const c = session.state.room.conversation;
  if (m.author.kind !== 'customer' || !c) return undefined;
  if (m.n <= c.agentReadN) return 'read';
  return m.n <= c.deliveredN ? 'delivered' : 'sent';
}

function eventText(m: Message, session: Session): string {
  const { code = '', args = {} } = m.event ?? {};
  const name = args.name || session.say('someone');
  const key = code === 'ended' && args.by === 'customer' ? 'ev_ended_customer' : `ev_${code}`;
  const text = session.say(key as TextKey, { ...args, name, to: args.name || args.service || '…' });
  return m.text || (text === key ? '' : text);
}

function withPhoto(author: Message['author'], agents: Agent[] | undefined): Message['author'] {
  const photo = author.photo ?? agents?.find((a) => a.name === author.name)?.photo;
  return author.kind === 'agent' ? { ...author, photo } : author;
}

function dayOf(at: number, lang: string): string {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days < 2) return new Intl.RelativeTimeFormat(lang, { numeric: 'auto' }).format(-days, 'day');
  return new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'long' }).format(at);
}

// Stays at the newest message unless the customer scrolled up to read.
function useStickToEnd(messages: Message[], waiting: Entry[]) {
  const box = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const was = useRef({ stick: true, height: 0, first: 0, own: '' });

  useLayoutEffect(() => {
    const el = box.current;
    if (!el) return;
    const first = messages[0]?.n ?? 0;
    const own = waiting[waiting.length - 1]?.clientId ?? '';
    const { stick, height, first: firstBefore, own: ownBefore } = was.current;
    // The customer's own message always comes into view. Older ones come in
    // above: what is being read stays where it is.
    if (stick || (own && own !== ownBefore)) toEnd(el);
    else if (first < firstBefore) el.scrollTop += el.scrollHeight - height;
    was.current = { stick: was.current.stick, height: el.scrollHeight, first, own };
  });

  useEffect(() => {
    const el = box.current;
    if (!el) return;
    const look = () => {
      was.current.stick = el.scrollHeight - el.scrollTop - el.clientHeight < 40;
      setAtEnd(was.current.stick);
    };
    const grown = () => was.current.stick && toEnd(el);
    const resized = new ResizeObserver(grown);
    resized.observe(el);
    el.addEventListener('scroll', look, { passive: true });
    el.addEventListener('load', grown, true); // pictures grow
    return () => resized.disconnect();
  }, []);
  return { box, atEnd };
}

function toEnd(el: HTMLElement | null): void {
  if (el) el.scrollTop = el.scrollHeight;
}
