import { Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './Panel.module.css';

/** Grey bars where rows will stand, so that the panel does not jump when they come. */
export function LoadingState({ rows = 5 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <div className={classes.rows} role="status" aria-label={t('loading')}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all alike
        <Skeleton key={row} height="1.25rem" width={row % 3 === 2 ? '60%' : '100%'} />
      ))}
    </div>
  );
}
