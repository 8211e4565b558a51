import { IconCheck, IconClockExclamation } from '@tabler/icons-react';
import { serverNow, useSecond } from '@/shared/lib/clock';
import { Timer } from '@/shared/ui/Timer';
import type { RecordDetail, RecordPart } from '../api/records';
import classes from './records.module.css';
import { useRecordWords } from './say';

/** The parts of a contact in their order, each with its times, its offers and how it ended. */
export function Course({ record }: { record: RecordDetail }) {
  return (
    <ol className={classes.parts}>
      {(record.parts ?? []).map((part) => (
        <li key={part.id} className={classes.part}>
          <PartHead part={part} />
          <Times part={part} />
          <Facts part={part} record={record} />
        </li>
      ))}
    </ol>
  );
}

function PartHead({ part }: { part: RecordPart }) {
  const words = useRecordWords();
  const { t } = words;
  const from = part.fromName ? t('panel.from', { name: part.fromName }) : '';
  return (
    <div className={classes.partHead}>
      <b translate="no">{part.agentName || part.toNumber || t('panel.offline')}</b>
      <span className={classes.soft}>
        {[part.toNumber ? t('panel.outside') : words.purpose(part.purpose), from, part.serviceName]
          .filter(Boolean)
          .join(' · ')}
      </span>
    </div>
  );
}

const SPANS = ['queue', 'ring', 'talk', 'hold', 'wrapup'] as const;

/** How the time went: a bar in proportion, and the figures below it. */
function Times({ part }: { part: RecordPart }) {
  const words = useRecordWords();
  const { t } = words;
  const ms = {
    queue: part.queueMs,
    ring: part.ringMs,
    talk: part.talkMs,
    hold: part.holdMs,
    wrapup: part.wrapupMs,
  };
  // What is going on now counts from when it began.
  const runs: Partial<Record<(typeof SPANS)[number], number>> = {
    queue: part.state === 'waiting' || part.state === 'offered' ? part.queuedAt : undefined,
    talk: part.state === 'active' ? part.acceptedAt : undefined,
  };
  useSecond();
  const length = (span: (typeof SPANS)[number]) => {
    const since = runs[span];
    return Math.max(1, since ? serverNow() - since : ms[span]);
  };
  const shown = SPANS.filter(
    (span) => ms[span] > 0 || span === 'queue' || (span === 'talk' && part.acceptedAt > 0),
  );
  return (
    <>
      <div className={classes.bar} aria-hidden>
        {shown.map((span) => (
          <span key={span} data-span={span} style={{ flexGrow: length(span) }} />
        ))}
      </div>
      <dl className={classes.times}>
        {shown.map((span) => (
          <div key={span}>
            <dt data-span={span}>{t(`panel.${span}`)}</dt>
            <dd className="num">{runs[span] ? <Timer since={runs[span]} /> : words.span(ms[span])}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Facts({ part, record }: { part: RecordPart; record: RecordDetail }) {
  const words = useRecordWords();
  const { t } = words;
  const offers = (record.offers ?? []).filter((offer) => offer.segmentId === part.id);
  const by = words.by(part.endedBy);
  const why = WHYS.find((one) => one === part.endReason);
  return (
    <dl className={classes.facts}>
      {!part.toNumber && <Level part={part} kind={record.kind} />}
      {offers.length > 0 && (
        <Fact label={t('panel.offers')}>
          {offers.map((offer) => (
            <div key={`${offer.agentId}-${offer.offeredAt}`}>
              <span className="num">{words.clock(offer.offeredAt)}</span> {offer.agentName}:{' '}
              {offerEnd(t, offer.cause)}
            </div>
          ))}
        </Fact>
      )}
      <Fact label={t('panel.ended')}>
        {by ? t('panel.endedBy', { outcome: words.outcome(part), by }) : words.outcome(part)}
        {part.endedAt > 0 && <span className="num"> · {words.clock(part.endedAt)}</span>}
      </Fact>
      {part.toNumber && why && <Fact label={t('panel.reason')}>{t(`panel.number.${why}`)}</Fact>}
      {part.acceptedAt > 0 && !part.toNumber && (
        <Fact label={t('panel.disposition')}>{part.dispositionName || t('panel.none')}</Fact>
      )}
      {part.comment && <Fact label={t('panel.comment')}>{part.comment}</Fact>}
      {part.note && <Fact label={t('panel.note')}>{part.note}</Fact>}
    </dl>
  );
}

/** Whether the service level was kept: by accepting a call or a chat, by answering a mail. */
function Level({ part, kind }: { part: RecordPart; kind: string }) {
  const words = useRecordWords();
  const { t } = words;
  const mail = kind === 'email';
  const at = mail ? (part.answeredAt ?? 0) : part.acceptedAt;
  if (at === 0) return null;
  const Sign = part.answeredInSl ? IconCheck : IconClockExclamation;
  const [kept, missed] = mail
    ? (['panel.repliedInSl', 'panel.repliedLate'] as const)
    : (['panel.inSl', 'panel.lateSl'] as const);
  return (
    <Fact label={words.clock(at)}>
      <span className={classes.level} data-good={part.answeredInSl}>
        <Sign size={14} aria-hidden /> {t(part.answeredInSl ? kept : missed)}
      </span>
    </Fact>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Why a part with somebody outside ended. */
const WHYS = ['no_answer', 'busy', 'refused', 'unknown_number', 'failed', 'outside_hung_up'] as const;

const ENDS = ['accepted', 'rejected', 'missed', 'withdrawn'] as const;

function offerEnd(t: ReturnType<typeof useRecordWords>['t'], cause: string): string {
  const known = ENDS.find((one) => one === cause);
  return known ? t(`offer.${known}`) : t('offer.open');
}
