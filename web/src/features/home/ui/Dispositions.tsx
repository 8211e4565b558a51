import { useTranslation } from 'react-i18next';
import classes from './home.module.css';

interface Tally {
  dispositionId: string;
  name: string;
  kind: string;
  count: number;
}

/** «Статусы»: how my contacts of the day ended, the most frequent on top. */
export function Dispositions({ list }: { list: Tally[] }) {
  const { t } = useTranslation('home');
  const most = Math.max(1, ...list.map((one) => one.count));
  return (
    <section className={classes.block}>
      <h3>{t('dispositions')}</h3>
      {list.length === 0 && <p className={classes.soft}>{t('noDispositions')}</p>}
      <ul className={classes.tallies}>
        {[...list]
          .sort((a, b) => b.count - a.count)
          .map((one) => (
            <li key={one.dispositionId}>
              <span>{one.name || t('without')}</span>
              <b className="num">{one.count}</b>
              <span
                className={classes.tally}
                data-kind={one.kind}
                style={{ width: `${(one.count / most) * 100}%` }}
              />
            </li>
          ))}
      </ul>
    </section>
  );
}
