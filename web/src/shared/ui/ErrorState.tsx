import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useErrorWords } from './errorWords';
import classes from './Panel.module.css';

/** A panel that could not be loaded: what happened, what to do, and a way to try again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const words = useErrorWords()(error);
  return (
    <div className={classes.centre} role="alert">
      <IconAlertTriangle size={28} stroke={1.3} color="var(--danger)" aria-hidden />
      <p className={classes.title}>{words.what}</p>
      <p className={classes.text}>{words.todo}</p>
      <p className={classes.small}>{words.code}</p>
      {onRetry && (
        <div className={classes.actions}>
          <Button variant="default" onClick={onRetry}>
            {t('action.retry')}
          </Button>
        </div>
      )}
    </div>
  );
}
