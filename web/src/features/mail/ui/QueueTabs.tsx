import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconMailPlus, IconTrash } from '@tabler/icons-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { compose } from '../api/composing';
import type { MailPage, Place } from '../api/queue';
import { choosePlace } from '../api/view';
import { BinWindow } from './BinWindow';
import classes from './mail.module.css';

interface QueueTabsProps {
  place: Place;
  places: readonly Place[];
  counts?: MailPage['counts'];
  /** May look into the bin. */
  bin: boolean;
}

/** The queues with how many mails each has; a dot says that some are late (E-10). */
export function QueueTabs({ place, places, counts, bin }: QueueTabsProps) {
  const { t } = useTranslation('mail');
  const bar = useRef<HTMLDivElement>(null);
  const [looking, setLooking] = useState(false);
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
      <span className={classes.begin}>
        {bin && (
          <>
            <Tooltip label={t('bin.title')}>
              <ActionIcon aria-label={t('bin.title')} onClick={() => setLooking(true)}>
                <IconTrash size={17} stroke={1.7} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <BinWindow opened={looking} onClose={() => setLooking(false)} />
          </>
        )}
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconMailPlus size={16} stroke={1.7} aria-hidden />}
          onClick={() => compose()}
        >
          {t('work.newMail')}
        </Button>
      </span>
    </div>
  );
}
