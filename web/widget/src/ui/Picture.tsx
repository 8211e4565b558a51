import { useLayoutEffect, useRef } from 'preact/hooks';
import type { FileInfo } from '../protocol';
import type { Session } from '../session';
import { focused } from './focused';
import { Tool } from './Tool';

/** A picture in full size over everything. */
export function Picture({
  session,
  file,
  onClose,
}: {
  session: Session;
  file: FileInfo;
  onClose: () => void;
}) {
  const { say, api } = session;
  const box = useRef<HTMLDivElement>(null);
  // Before it can be seen: a key pressed at once is for the picture, not for what lies behind it.
  useLayoutEffect(() => {
    const back = focused(box.current);
    box.current?.querySelector('button')?.focus();
    return () => back?.focus();
  }, []);
  const onKey = (e: KeyboardEvent) => {
    if (e.key === 'Escape') onClose();
    else if (e.key !== 'Tab') return;
    e.preventDefault(); // there is one stop, the button
  };
  return (
    <div
      ref={box}
      class="full"
      role="dialog"
      aria-modal="true"
      aria-label={file.name}
      onKeyDown={onKey}
      onClick={onClose}
    >
      <img src={api.fileUrl(file.id)} alt={file.name} />
      <Tool icon="close" label={say('close')} onClick={onClose} />
    </div>
  );
}
