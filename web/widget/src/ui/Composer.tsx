import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Session } from '../session';
import { isOver, startPending } from '../state';
import { Emoji } from './Emoji';
import { Tool } from './Tool';

const longest = 10_000;

/** The field, or after the end of the chat the way to a new one. */
export function Composer({ session }: { session: Session }) {
  const { say } = session;
  const { draft, room, notice, config } = session.state;
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const [emoji, setEmoji] = useState(false);
  useGrowing(field);

  const unserved = room.conversation?.state === 'unserved';
  if (unserved || isOver(session.state)) {
    return (
      <div class="composer over">
        {notice && <p class="notice">{notice}</p>}
        <button type="button" class="button primary wide" onClick={() => session.newChat()}>
          {say(unserved ? 'leave' : 'newChat')}
        </button>
      </div>
    );
  }
  const canAttach = !!room.conversation && !startPending(session.state) && config?.fileTypes?.length !== 0;
  const send = () => {
    const text = draft.trim();
    if (text) session.send(text);
    field.current?.focus();
  };
  const onKey = (e: KeyboardEvent) => {
    const touch = matchMedia('(pointer: coarse)').matches;
    if (e.key !== 'Enter' || e.shiftKey || e.isComposing || touch) return;
    e.preventDefault();
    send();
  };
  const onPaste = (e: ClipboardEvent) => {
    const files = e.clipboardData?.files;
    if (!files?.length || !canAttach) return;
    e.preventDefault();
    session.sendFiles(files);
  };
  const insert = (s: string) => {
    const at = field.current?.selectionStart ?? draft.length;
    const to = field.current?.selectionEnd ?? at;
    session.write(draft.slice(0, at) + s + draft.slice(to));
    setEmoji(false);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(at + s.length, at + s.length);
    });
  };
  return (
    <div class="composer">
      {notice && (
        <p class="notice" role="alert">
          {notice}
        </p>
      )}
      {emoji && <Emoji label={say('emoji')} onPick={insert} onClose={() => setEmoji(false)} />}
      <div class="field">
        <textarea
          ref={field}
          rows={1}
          maxLength={longest}
          placeholder={say('placeholder')}
          aria-label={say('placeholder')}
          value={draft}
          onInput={(e) => session.write(e.currentTarget.value)}
          onKeyDown={onKey}
          onPaste={onPaste}
        />
        <Tool icon="smile" label={say('emoji')} expanded={emoji} onClick={() => setEmoji(!emoji)} />
        {canAttach && (
          <>
            <Tool icon="clip" label={say('attach')} onClick={() => picker.current?.click()} />
            <input
              ref={picker}
              type="file"
              multiple
              hidden
              accept={config?.fileTypes?.join(',')}
              onChange={(e) => {
                session.sendFiles([...(e.currentTarget.files ?? [])]);
                e.currentTarget.value = '';
              }}
            />
          </>
        )}
        <Tool class="go" icon="send" label={say('send')} disabled={!draft.trim()} onClick={send} />
      </div>
    </div>
  );
}

function useGrowing(field: { current: HTMLTextAreaElement | null }) {
  useLayoutEffect(() => {
    const el = field.current;
    if (!el) return;
    el.style.height = 'auto';
    el.style.height = `${Math.min(el.scrollHeight, 132)}px`;
  });
}
