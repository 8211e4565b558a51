import { useTranslation } from 'react-i18next';
import { clockTime } from '@/shared/lib/format';
import type { Figures } from '@/shared/live/figures';
import classes from './home.module.css';

interface MyFiguresProps {
  mine: Figures;
  team: Figures;
  members: number;
  /** Which ones the team's settings want; none: all. */
  chosen: readonly string[];
}

/** «Показатели: мои и группы»: my day beside the mean of the team. */
export function MyFigures({ mine, team, members, chosen }: MyFiguresProps) {
  const { t, i18n } = useTranslation('home');
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 0 });
  const per = (value: number) => number.format(value / Math.max(1, members));
  const handling = (one: Figures) =>
    one.handled > 0 ? clockTime((one.talkMs + one.holdMs + one.wrapupMs) / one.handled) : '–';
  const share = (one: Figures) => (one.handled > 0 ? percent.format(one.success / one.handled) : '–');
  const rows = [
    { id: 'handled', mine: number.format(mine.handled), team: per(team.handled) },
    { id: 'success', mine: number.format(mine.success), team: per(team.success) },
    { id: 'handling', mine: handling(mine), team: handling(team) },
    { id: 'share', mine: share(mine), team: share(team) },
    { id: 'rejected', mine: number.format(mine.rejected), team: per(team.rejected) },
    { id: 'missed', mine: number.format(mine.missed), team: per(team.missed) },
    { id: 'ready', mine: clockTime(mine.readyMs), team: clockTime(team.readyMs / Math.max(1, members)) },
    { id: 'busy', mine: clockTime(mine.busyMs), team: clockTime(team.busyMs / Math.max(1, members)) },
  ] as const;
  const shown = rows.filter((row) => chosen.includes(row.id));
  return (
    <section className={`${classes.block} ${classes.wide}`}>
      <h3>{t('figures')}</h3>
      <table className={classes.table}>
        <thead>
          <tr>
            <td />
            <th scope="col">{t('me')}</th>
            <th scope="col">{t('team')}</th>
          </tr>
        </thead>
        <tbody>
          {(shown.length > 0 ? shown : rows).map((row) => (
            <tr key={row.id}>
              <th scope="row">{t(`figure.${row.id}`)}</th>
              <td>{row.mine}</td>
              <td>{row.team}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
