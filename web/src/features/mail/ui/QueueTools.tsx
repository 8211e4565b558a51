import { ActionIcon, Checkbox, Tooltip } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '@/shared/ui/actions/ActionButton';
import { type Choice, howMany, NOTHING, span } from '../api/choice';
import { PAGE, type QueueView } from '../api/queue';
import { changeView } from '../api/view';
import classes from './mail.module.css';
import type { QueueActions } from './useQueueActions';

interface QueueToolsProps {
  view: QueueView;
  total: number;
  shown: number;
  choice: Choice;
  onChoose: (choice: Choice) => void;
  actions: QueueActions;
}

/** What is chosen and what can be done with it (E-13, E-16); which page of how many. */
export function QueueTools({ view, total, shown, choice, onChoose, actions }: QueueToolsProps) {
  const { t } = useTranslation('mail');
  const count = howMany(choice, total);
  const place = span(view.offset, shown);
  const label = t(count > 0 ? 'choice.none' : 'choice.all');
  return (
    <div className={classes.tools} role="toolbar" aria-label={t('act.group')}>
      <Tooltip label={label}>
        <Checkbox
          size="xs"
          className={classes.check}
          aria-label={label}
          checked={choice.all}
          indeterminate={!choice.all && count > 0}
          disabled={total === 0}
          onChange={() => onChoose(count > 0 ? NOTHING : { all: true })}
        />
      </Tooltip>
      <span className={`${classes.chosen} num`} aria-live="polite">
        {count > 0 && t('choice.count', { count })}
      </span>
      <ActionButton action={actions.move} main={count > 0} />
      {actions.assign && <ActionButton action={actions.assign} compact />}
      <ActionButton action={actions.open} />
      <span className={classes.dispositions}>
        {actions.dispositions.map((action) => (
          <ActionButton key={action.id} action={action} compact />
        ))}
      </span>
      {actions.remove && <ActionButton action={actions.remove} compact />}
      <span className={classes.pages}>
        {total > 0 && <span className="num">{t('page.span', { ...place, total })}</span>}
        {total > PAGE && (
          <>
            <ActionIcon
              aria-label={t('page.previous')}
              disabled={view.offset === 0}
              onClick={() => changeView({ offset: Math.max(0, view.offset - PAGE) })}
            >
              <IconChevronLeft size={17} aria-hidden />
            </ActionIcon>
            <ActionIcon
              aria-label={t('page.next')}
              disabled={place.to >= total}
              onClick={() => changeView({ offset: view.offset + PAGE })}
            >
              <IconChevronRight size={17} aria-hidden />
            </ActionIcon>
          </>
        )}
      </span>
    </div>
  );
}
