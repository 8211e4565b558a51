import { useQuery } from '@tanstack/react-query';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { explanationQuery, type Moment, type RecordDetail } from '../api/records';
import { Considered } from './Considered';
import classes from './records.module.css';
import { useRecordWords } from './say';
import { useMomentWords } from './whyWords';

/** Why a contact waited and why it came to whom, as sentences in the order of time (B-4). */
export function Explanation({ record }: { record: RecordDetail }) {
  const { t } = useRecordWords();
  const found = useQuery(explanationQuery(record.interactionId));
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (found.isPending) return <LoadingState rows={6} />;
  const segments = (found.data.segments ?? []).filter((one) => (one.moments ?? []).length > 0);
  if (segments.length === 0) return <EmptyState title={t('why.none')} />;

  // An agent who left the floor is no more among those considered, but still in the record.
  const names: Record<string, string> = { ...found.data.names };
  for (const part of record.parts ?? []) if (part.agentId) names[part.agentId] ||= part.agentName ?? '';
  for (const offer of record.offers ?? []) names[offer.agentId] ||= offer.agentName;
  return (
    <>
      {segments.map((segment) => (
        <section key={segment.segmentId}>
          {segments.length > 1 && <h3 className={classes.partTitle}>{t('why.part', { n: segment.n })}</h3>}
          <ol className={classes.moments}>
            {(segment.moments ?? []).map((moment) => (
              <MomentRow key={moment.seq} moment={moment} names={names} />
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}

function MomentRow({ moment, names }: { moment: Moment; names: Record<string, string> }) {
  const words = useRecordWords();
  const say = useMomentWords();
  const sentences = say(moment, names);
  if (sentences.length === 0) return null;
  const offered = (moment.effects ?? []).some((effect) => effect.type === 'offered');
  const waiting = moment.place === 'waiting';
  return (
    <li className={classes.moment}>
      <time className="num" dateTime={new Date(moment.at).toISOString()}>
        {words.clock(moment.at)}
      </time>
      <div>
        {sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        {(offered || waiting) && <Considered moment={moment} names={names} />}
      </div>
    </li>
  );
}
