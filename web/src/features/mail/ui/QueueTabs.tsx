import { Button } from '@mantine/core';
import { IconMailPlus } from '@tabler/icons-react';
import { type KeyboardEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useComposing } from '../api/composing';
import { type MailPage, PLACES, type Place } from '../api/queue';
import { choosePlace } from '../api/view';
import classes from './mail.module.css';

/** The queues with how many mails each has; a dot says that some are late (E-10). */
export function QueueTabs({ place, counts }: { place: Place; counts?: MailPage['counts'] }) {
  const { t } = useTranslation('mail');
  const bar = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
    event.preventDefault();
    const next = place === 'team' ? 'personal' : 'team';
    choosePlace(next);
    bar.current?.querySelector<HTMLElement>(`[data-place="${next}"]`)?.focus();
  };
  const late = { team: counts?.teamOverdue ?? 0, personal: counts?.personalOverdue ?? 0 };
  return (
    <div className={classes.tabs}>
      <div className={classes.tablist} role="tablist" aria-label={t('tabs')} ref={bar}>
        {PLACES.map((one) => (
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
        onClick={() => useComposing.setState({ opened: true })}
      >
        {t('work.newMail')}
      </Button>
    </div>
  );
}
