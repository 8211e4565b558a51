import {
  type CSSProperties,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { CHAT_LIST_WIDTH, LIST_WIDTH, useLook } from '@/shared/lib/look';
import classes from './ListColumn.module.css';

/**
 * The list of active interactions with what stands below it. Its width is the
 * agent's choice, kept apart for the time a chat is in focus, which needs more.
 */
export function ListColumn({ chat = false, children }: { chat?: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  const key = chat ? 'chatListWidth' : 'listWidth';
  const limits = chat ? CHAT_LIST_WIDTH : LIST_WIDTH;
  const width = useLook((look) => look[key]);
  const set = useLook((look) => look.set);
  const [dragged, setDragged] = useState<number | null>(null);
  const start = useRef({ x: 0, width: 0 });

  const clamp = (wanted: number) => Math.round(Math.min(limits.max, Math.max(limits.min, wanted)));
  const shown = clamp(dragged ?? width);

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { x: event.clientX, width: shown };
    setDragged(shown);
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (dragged !== null) setDragged(clamp(start.current.width + event.clientX - start.current.x));
  };
  const onPointerEnd = () => {
    if (dragged !== null) set({ [key]: dragged });
    setDragged(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -16, ArrowRight: 16, Home: -1e4, End: 1e4 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    set({ [key]: clamp(shown + step) });
  };

  return (
    <section
      className={classes.column}
      style={{ '--list-width': `${shown / 16}rem` } as CSSProperties}
      aria-label={t('shell.list')}
    >
      {children}
      {/* biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved; a focusable separator is the ARIA pattern for one that can. */}
      <div
        className={classes.edge}
        role="separator"
        aria-orientation="vertical"
        aria-label={t('shell.resize')}
        aria-valuenow={shown}
        aria-valuemin={limits.min}
        aria-valuemax={limits.max}
        tabIndex={0}
        data-dragged={dragged !== null || undefined}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerEnd}
        onPointerCancel={onPointerEnd}
        onDoubleClick={() => set({ [key]: limits.initial })}
        onKeyDown={onKeyDown}
      />
    </section>
  );
}
