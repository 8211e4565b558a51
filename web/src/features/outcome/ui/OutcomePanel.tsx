import { Textarea, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Segment } from '@/shared/live/entities';
import { catchFocus } from '@/shared/ui/lostFocus';
import { dispositionsQuery, setOutcome, useMissing, useOutcome } from '../api/outcome';
import { DispositionSelect } from './DispositionSelect';
import { FinishButton } from './FinishButton';
import classes from './outcome.module.css';

/** Disposition and comment: at hand during the contact, in front when it has ended (C-14). */
export function OutcomePanel({ segment }: { segment: Segment }) {
  const { t } = useTranslation('outcome');
  const ended = segment.state === 'ended';
  // A call leaves the room that a conversation takes.
  const [wanted, setWanted] = useState(segment.kind === 'voice');
  const { dispositionId, comment } = useOutcome(segment);
  const list = useQuery(dispositionsQuery(segment.serviceId));
  const asked = list.data?.items?.find((one) => one.id === dispositionId)?.needsComment;
  const needsComment = useMissing(segment.id, 'comment');
  const opened = ended || wanted;
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (ended) catchFocus(() => panel.current);
  }, [ended]);
  const Sign = opened ? IconChevronDown : IconChevronRight;
  return (
    <section
      ref={panel}
      tabIndex={-1}
      className={classes.panel}
      aria-label={t('title')}
      data-ended={ended || undefined}
    >
      {ended ? (
        <p className={classes.ended}>{t(segment.endedBy === 'customer' ? 'endedByCustomer' : 'ended')}</p>
      ) : (
        <UnstyledButton className={classes.toggle} aria-expanded={opened} onClick={() => setWanted(!wanted)}>
          <Sign size={15} aria-hidden /> {t('title')}
        </UnstyledButton>
      )}
      {opened && (
        <div className={classes.fields}>
          <DispositionSelect segment={segment} labelled />
          <Textarea
            label={t('comment')}
            autosize
            minRows={2}
            maxRows={6}
            maxLength={4000}
            value={comment}
            error={needsComment && t('missing')}
            withAsterisk={needsComment || asked}
            onChange={(event) => setOutcome(segment, { comment: event.currentTarget.value })}
          />
          {ended && <FinishButton segment={segment} fullWidth />}
        </div>
      )}
    </section>
  );
}
