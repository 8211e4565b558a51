import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { clockTime } from '@/shared/lib/format';
import classes from './home.module.css';

interface ReasonTime {
  reasonId: string;
  name: string;
  usedMs: number;
  budgetMs: number;
}

interface BreakTimeProps {
  used: number;
  /** Of the team; 0: none. */
  budget: number;
  /** Those that have a daily time of their own. */
  reasons: ReasonTime[];
}

/** «Время на перерыв»: used and left, of the team's budget and of each reason's daily time (M-3, M-14). */
export function BreakTime({ used, budget, reasons }: BreakTimeProps) {
  const { t } = useTranslation('home');
  return (
    <section className={classes.block} aria-label={t('break.title')}>
      <h3>{t('break.title')}</h3>
      <p className={classes.pair}>
        <span>{t('break.used')}</span>
        <b className="num">{clockTime(used)}</b>
      </p>
      {budget > 0 && (
        <>
          <p className={classes.pair}>
            <Left used={used} budget={budget} />
          </p>
          <Bar used={used} budget={budget} label={t('break.title')} />
        </>
      )}
      {reasons.length > 0 && (
        <ul className={classes.reasons}>
          {reasons.map((one) => (
            <li key={one.reasonId}>
              <p className={classes.pair}>
                <span>{one.name}</span>
                <span className="num">
                  {t('break.of', { used: clockTime(one.usedMs), budget: clockTime(one.budgetMs) })}
                </span>
              </p>
              <p className={`${classes.pair} ${classes.small}`}>
                <Left used={one.usedMs} budget={one.budgetMs} />
              </p>
              <Bar used={one.usedMs} budget={one.budgetMs} label={one.name} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What is left, or how much is over it. */
function Left({ used, budget }: { used: number; budget: number }) {
  const { t } = useTranslation('home');
  const over = used > budget;
  return (
    <>
      <span className={classes.left} data-over={over || undefined}>
        {over && <IconAlertTriangle size={14} aria-hidden />}
        {t(over ? 'break.over' : 'break.left')}
      </span>
      <b className="num" data-over={over || undefined}>
        {clockTime(Math.abs(budget - used))}
      </b>
    </>
  );
}

function Bar({ used, budget, label }: { used: number; budget: number; label: string }) {
  return (
    <progress
      className={classes.bar}
      value={Math.min(used, budget)}
      max={budget}
      data-over={used > budget || undefined}
      aria-label={label}
    />
  );
}
