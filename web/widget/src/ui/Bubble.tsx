import type { ComponentChildren } from 'preact';
import { humanSize, isPicture, type Sending } from '../files';
import type { Entry } from '../outbox';
import type { Agent, FileInfo, Message } from '../protocol';
import type { Session } from '../session';
import { Icon, type IconName } from './Icon';
import { Linked } from './Linked';

interface BubbleProps {
  author: Message['author'];
  /** The message before is of the same person. */
  follows?: boolean;
  at?: number;
  mark?: 'sending' | 'sent' | 'delivered' | 'read' | 'failed';
  text?: string;
  session?: Session;
  children?: ComponentChildren;
}

const markIcons: Record<NonNullable<BubbleProps['mark']>, IconName> = {
  sending: 'clock',
  sent: 'one',
  delivered: 'two',
  read: 'two',
  failed: 'warn',
};

export function Bubble({ author, follows, at, mark, text, session, children }: BubbleProps) {
  const own = author.kind === 'customer';
  const name = own ? session?.say('you') : author.name;
  return (
    <div class={`line ${own ? 'own' : author.kind} ${follows ? 'follows' : ''}`}>
      {session && author.kind === 'agent' && <Face of={author} session={session} />}
      <div class={`bubble ${mark ?? ''}`}>
        {name && (
          <span class={own || follows ? 'sr' : 'name'}>
            {name}
            <span class="sr">: </span>
          </span>
        )}
        {text !== undefined && (
          <span class="text">
            <Linked text={text} />
          </span>
        )}
        {children}
        {at && (
          <span class="meta">
            <time dateTime={new Date(at).toISOString()}>{clock(at, session?.api.lang)}</time>
            {mark && session && (
              <span class="mark" title={session.say(mark)}>
                <Icon name={markIcons[mark]} />
                <span class="sr">{session.say(mark)}</span>
              </span>
            )}
          </span>
        )}
      </div>
    </div>
  );
}

/** A photo over the first letter of the name: one that is gone leaves the letter. */
export function Face({ of, session }: { of: Partial<Agent>; session: Session }) {
  return (
    <span class="face letter" aria-hidden="true">
      {(of.name ?? '•')[0]}
      {of.photo && <img src={session.api.pictureUrl(of.photo)} alt="" />}
    </span>
  );
}

export function EventLine({ text, at }: { text: string; at: number }) {
  if (!text) return null;
  return (
    <p class="event">
      {text} <time dateTime={new Date(at).toISOString()}>{clock(at)}</time>
    </p>
  );
}

/** A text the server has not acknowledged yet, or has refused. */
export function Pending({ session, entry }: { session: Session; entry: Entry }) {
  const { say } = session;
  return (
    <>
      <Bubble
        author={{ kind: 'customer' }}
        at={entry.at}
        mark={entry.failed ? 'failed' : 'sending'}
        text={entry.text}
        session={session}
      />
      {entry.failed && (
        <p class="refused">
          {entry.failed}{' '}
          <button type="button" class="quiet" onClick={() => session.retrySend(entry.clientId)}>
            {say('again')}
          </button>{' '}
          <button type="button" class="quiet" onClick={() => session.remove(entry.clientId)}>
            {say('remove')}
          </button>
        </p>
      )}
    </>
  );
}

export function SendingFile({ session, file }: { session: Session; file: Sending }) {
  const { say } = session;
  return (
    <>
      <Bubble
        author={{ kind: 'customer' }}
        at={file.at}
        mark={file.failed ? 'failed' : 'sending'}
        session={session}
      >
        {file.url && <img class="thumb" src={file.url} alt={file.name} />}
        <FileLine name={file.name} note={humanSize(file.size, session.api.lang)} />
        {!file.failed && <progress max={1} value={file.part} aria-label={`${say('sending')} ${file.name}`} />}
      </Bubble>
      <p class="refused">
        {file.failed && <span>{file.failed} </span>}
        <button type="button" class="quiet" onClick={() => session.remove(file.clientId)}>
          {say('remove')}
        </button>
      </p>
    </>
  );
}

export function FileInBubble(p: { session: Session; file: FileInfo; onPicture(f: FileInfo): void }) {
  const { session, file } = p;
  const { api } = session;
  if (isPicture(file.type)) {
    return (
      <button type="button" class="picture" aria-label={file.name} onClick={() => p.onPicture(file)}>
        <img class="thumb" src={api.fileUrl(file.id)} alt="" width={file.width} height={file.height} />
      </button>
    );
  }
  return (
    <a
      class="file"
      href={api.fileUrl(file.id)}
      target="_blank"
      rel="noopener noreferrer"
      download={file.name}
    >
      <FileLine name={file.name} note={humanSize(file.size, session.api.lang)} />
    </a>
  );
}

function FileLine({ name, note }: { name: string; note: string }) {
  return (
    <span class="file-line">
      <Icon name="file" />
      <span class="file-name">{name}</span>
      <span class="file-note">{note}</span>
    </span>
  );
}

function clock(at: number, lang?: string): string {
  return new Intl.DateTimeFormat(lang, { hour: 'numeric', minute: '2-digit' }).format(at);
}
