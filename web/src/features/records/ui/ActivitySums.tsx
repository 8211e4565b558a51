import { useTranslation } from 'react-i18next';
import { serverNow, useSecond } from '@/shared/lib/clock';
import { clockTime } from '@/shared/lib/format';
import { STATES, type State } from '@/shared/ui/StateIcon';
import { StatusChip } from '@/shared/ui/StatusChip';
import type { StateTotal } from '../api/activity';
import classes from './activity.module.css';

interface ActivitySumsProps {
  sums: StateTotal[];
  /** Up to when the server counted what lasts on. */
  at: number;
}

/** How the time of the period was spent: a bar in proportion, and the sums, running on with what lasts. */
export function ActivitySums({ sums, at }: ActivitySumsProps) {
  const { t, i18n } = useTranslation('records');
  useSecond();
  const since = Math.max(0, serverNow() - at);
  const time = (list: StateTotal[]) => list.reduce((sum, one) => sum + one.ms + one.running * since, 0);
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 0 });
  const all = Math.max(1, time(sums));
  const states = STATES.map((state) => ({ state, of: sums.filter((one) => one.state === state) })).filter(
    (one) => one.of.length > 0,
  );
  return (
    <section className={classes.sums} aria-label={t('activity.sums')}>
      <div className={classes.bar} aria-hidden>
        {states.map(({ state, of }) => (
          <span key={state} data-state={state} style={{ flexGrow: time(of) }} />
        ))}
      </div>
      <dl className={classes.states}>
        <div>
          <dt className={classes.soft}>{t('activity.total')}</dt>
          <dd className="num">
            <b>{clockTime(time(sums))}</b>
          </dd>
        </div>
        {states.map(({ state, of }) => (
          <StateSum key={state} state={state} time={time(of)} share={percent.format(time(of) / all)}>
            {reasonsOf(of).map((one) => (
              <span key={one.reasonId}>
                {one.reasonName} <span className="num">{clockTime(time([one]))}</span>
              </span>
            ))}
          </StateSum>
        ))}
      </dl>
    </section>
  );
}

interface StateSumProps {
  state: State;
  time: number;
  share: string;
  children: React.ReactNode;
}

function StateSum({ state, time, share, children }: StateSumProps) {
  return (
    <div>
      <dt>
        <StatusChip state={state} />
      </dt>
      <dd>
        <b className="num">{clockTime(time)}</b> <span className={`${classes.soft} num`}>{share}</span>
        <span className={classes.reasons}>{children}</span>
      </dd>
    </div>
  );
}

/** The longest first; what was too short to show is left out. */
function reasonsOf(sums: StateTotal[]): StateTotal[] {
  return sums
    .filter((one) => one.reasonId && (one.ms >= 1000 || one.running > 0))
    .sort((a, b) => b.ms - a.ms);
}
