import { Progress } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { clockTime } from '@/shared/lib/format';
import classes from './home.module.css';

/** «Время на перерыв»: used, and left where the team has a budget. */
export function BreakTime({ used, budget }: { used: number; budget: number }) {
  const { t } = useTranslation('home');
  const left = budget - used;
  return (
    <section className={classes.block}>
      <h3>{t('break.title')}</h3>
      <p className={classes.pair}>
        <span>{t('break.used')}</span>
        <b className="num">{clockTime(used)}</b>
      </p>
      {budget > 0 && (
        <>
          <p className={classes.pair}>
            <span>{t(left >= 0 ? 'break.left' : 'break.over')}</span>
            <b className="num" data-over={left < 0 || undefined}>
              {clockTime(Math.abs(left))}
            </b>
          </p>
          <Progress
            value={Math.min(100, (used / budget) * 100)}
            color={left < 0 ? 'red' : 'brand'}
            aria-label={t('break.title')}
          />
        </>
      )}
    </section>
  );
}
