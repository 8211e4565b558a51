import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCloudUpload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { DecisionWindow } from '@/shared/ui/DecisionWindow';
import { useErrorWords } from '@/shared/ui/errorWords';
import type { Autosave, Status } from '../../api/autosave';
import type { DraftText } from '../../api/mails';
import classes from './work.module.css';

interface SaveNoteProps {
  status: Status<DraftText>;
  autosave: Autosave<DraftText>;
}

/** Whether what is written is on the server, and the question when it changed elsewhere. */
export function SaveNote({ status, autosave }: SaveNoteProps) {
  const { t } = useTranslation(['mail', 'common']);
  const words = useErrorWords();
  const { state, error, theirs } = status;
  const bad = state === 'failed' || state === 'conflict';
  const Sign = bad ? IconAlertTriangle : state === 'saved' ? IconCheck : IconCloudUpload;
  return (
    <>
      <span className={classes.saved} data-bad={bad || undefined} role="status">
        <Sign size={15} stroke={1.8} aria-hidden />
        {state === 'failed' ? `${t('work.save.failed')} ${words(error).what}` : t(`work.save.${state}`)}
        {state === 'failed' && (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => void autosave.flush().catch(() => {}) /* it says so itself */}
          >
            {t('common:action.retry')}
          </Button>
        )}
      </span>
      <DecisionWindow
        opened={state === 'conflict'}
        title={t('work.conflict.title')}
        code="PAR-0003"
        decisions={[
          { id: 'mine', label: t('work.conflict.mine'), onChoose: () => autosave.keepMine() },
          {
            id: 'theirs',
            label: t('work.conflict.theirs'),
            kind: 'main',
            onChoose: () => autosave.takeTheirs(),
          },
        ]}
      >
        <p>{t('work.conflict.text')}</p>
        <blockquote className={classes.other}>
          <b>{theirs?.value.subject}</b>
          <br />
          {plain(theirs?.value.html ?? '').slice(0, 600)}
        </blockquote>
      </DecisionWindow>
    </>
  );
}

const plain = (html: string) => new DOMParser().parseFromString(html, 'text/html').body.textContent.trim();
