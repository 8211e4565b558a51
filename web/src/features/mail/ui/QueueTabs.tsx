import { Button } from '@mantine/core';
import { IconMailPlus } from '@tabler/icons-react';
import { type KeyboardEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { compose } from '../api/composing';
import type { MailPage, Place } from '../api/queue';
import { choosePlace } from '../api/view';
import classes from './mail.module.css';

interface QueueTabsProps {
  place: Place;
  places: readonly Place[];
  counts?: MailPage['counts'];
}

/** The queues with how many mails each has; a dot says that some are late (E-10). */
export function QueueTabs({ place, places, counts }: QueueTabsProps) {
  const { t } = useTranslation('mail');
  const bar = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
    event.preventDefault();
    const step = event.key === 'ArrowRight' ? 1 : places.length - 1;
    const next = places[(places.indexOf(place) + step) % places.length];
    if (!next) return;
    choosePlace(next);
    bar.current?.querySelector<HTMLElement>(`[data-place="${next}"]`)?.focus();
  };
  const late = {
    team: counts?.teamOverdue ?? 0,
    personal: counts?.personalOverdue ?? 0,
    pinned: counts?.pinnedOverdue ?? 0,
  };
  return (
    <div className={classes.tabs}>
      <div className={classes.tablist} role="tablist" aria-label={t('tabs')} ref={bar}>
        {places.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            data-place={one}
            className={classes.tab}
            aria-selected={one === place}
            tabIndex={one === place ? 0 : -1}
            onClick={() => choosePlace(one)}
            onKeyDown={onKeyDown}
          >
            {t(one)}
            {counts && <span className={`${classes.soft} num`}>({counts[one]})</span>}
            {late[one] > 0 && (
              <span className={classes.dot} role="img" aria-label={t('overdue')} title={t('overdue')} />
            )}
          </button>
        ))}
      </div>
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<IconMailPlus size={16} stroke={1.7} aria-hidden />}
        onClick={() => compose()}
      >
        {t('work.newMail')}
      </Button>
    </div>
  );
}
