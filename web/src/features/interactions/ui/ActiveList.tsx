import { IconInbox } from '@tabler/icons-react';
import { type KeyboardEvent, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { byArrival, focusOn, useFocus } from '@/shared/live/focus';
import { useLive } from '@/shared/live/live';
import { EmptyState } from '@/shared/ui/EmptyState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { ActiveRow } from './ActiveRow';
import classes from './interactions.module.css';

/** Everything in hand, newest on top (D-6, C-7). */
export function ActiveList({ fill }: { fill: boolean }) {
  const { t } = useTranslation('interactions');
  const ready = useLive((live) => live.ready);
  const segments = useLive((live) => live.segments);
  const focus = useFocus((known) => known.segmentId);
  const rows = useMemo(() => byArrival(segments), [segments]);

  const onKeyDown = (event: KeyboardEvent<HTMLUListElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = rows[rows.findIndex((row) => row.id === focus) + step];
    if (!next) return;
    focusOn(next.id);
    event.currentTarget.querySelector<HTMLElement>(`[data-row="${CSS.escape(next.id)}"]`)?.focus();
  };

  return (
    <>
      <div className={classes.head}>
        <h2 className={classes.title}>{t('title')}</h2>
        {rows.length > 0 && (
          <span className={`${classes.soft} num`}>{t('count', { count: rows.length })}</span>
        )}
      </div>
      {!ready ? (
        <LoadingState rows={3} />
      ) : rows.length === 0 ? (
        <div className={classes.none}>
          <EmptyState icon={IconInbox} title={t('none')} text={t('noneText')} />
        </div>
      ) : (
        <ul
          className={classes.rows}
          data-fill={fill || undefined}
          onKeyDown={onKeyDown}
          aria-label={t('title')}
        >
          {rows.map((row) => (
            <ActiveRow key={row.id} segment={row} focused={row.id === focus} />
          ))}
        </ul>
      )}
    </>
  );
}
