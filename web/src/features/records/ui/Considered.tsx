import type { Moment } from '../api/records';
import classes from './records.module.css';
import { useRecordWords } from './say';
import { useReasonWords } from './whyWords';

/** Everybody who was signed in at that moment: the chosen one first, then why not the others. */
export function Considered({ moment, names }: { moment: Moment; names: Record<string, string> }) {
  const words = useRecordWords();
  const { t } = words;
  const reason = useReasonWords();
  const all = moment.considered ?? [];
  if (all.length === 0)
    return moment.place === 'waiting' ? <p className={classes.soft}>{t('why.nobody')}</p> : null;
  const chosen = all.find((one) => one.why === 'chosen');
  const others = all
    .filter((one) => one.why !== 'chosen')
    .sort((a, b) => a.why.localeCompare(b.why) || (names[a.agent] ?? '').localeCompare(names[b.agent] ?? ''));
  const claims = chosen
    ? [
        chosen.level ? t('why.chosenWhy.level', { level: chosen.level }) : '',
        chosen.idleAt ? t('why.chosenWhy.idle', { time: words.clock(chosen.idleAt) }) : '',
      ].filter(Boolean)
    : [];
  const skills = (moment.skills ?? [])
    .map((way) =>
      (way ?? [])
        .map((skill) => names[skill.id])
        .filter(Boolean)
        .join(' + '),
    )
    .filter(Boolean);
  return (
    <>
      {skills.length > 0 && (
        <p className={classes.soft}>{t('why.skills', { skills: skills.join(t('why.or')) })}</p>
      )}
      {chosen && (
        <p>
          {t('why.chosen')}: <b translate="no">{names[chosen.agent] || '–'}</b>
          {claims.length > 0 && ` – ${claims.join(', ')}`}
        </p>
      )}
      {others.length > 0 && (
        <details open={others.length <= 6}>
          <summary>{chosen ? t('why.others') : t('why.considered', { count: others.length })}</summary>
          <ul className={classes.considered}>
            {others.map((seen) => (
              <li key={seen.agent}>
                <span translate="no">{names[seen.agent] || '–'}</span>: {reason(seen, names, !chosen)}
                {seen.untilAt ? ` (${t('why.until', { time: words.clock(seen.untilAt) })})` : ''}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
