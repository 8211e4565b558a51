import { useTranslation } from 'react-i18next';
import type { Moment } from '../api/records';

type Effect = NonNullable<Moment['effects']>[number];
type Seen = NonNullable<Moment['considered']>[number];

const MOMENTS = [
  'queued',
  'requeued',
  'offered',
  'assigned',
  'withdrawn',
  'step',
  'parked',
  'timedOut',
  'exited',
  'ended',
  'finished',
  'cancelled',
  'refused',
] as const;
/** Why somebody of ours ended a contact that nobody had accepted. */
const ENDS = ['deleted', 'moved', 'closed'] as const;
const CAUSES = [
  'rejected',
  'expired',
  'cancelled',
  'lost',
  'signedOut',
  'boot',
  'supervisor',
  'transferred',
  'fallback',
  'queueLimit',
  'noAgents',
] as const;
const REASONS = [
  'wrongTeam',
  'notForKind',
  'notReady',
  'supervising',
  'pending',
  'offerOpen',
  'noCapacity',
  'wrapup',
  'rampUp',
  'connectionLost',
  'barred',
  'heldForAnother',
] as const;

/** What happened to a contact in one moment, a sentence for each decision. */
export function useMomentWords(): (moment: Moment, names: Record<string, string>) => string[] {
  const { t } = useTranslation('records');
  const cause = (effect: Effect) => {
    const known = CAUSES.find((one) => one === (effect.cause || effect.code));
    return known ? t(`why.cause.${known}`) : t('why.cause.other');
  };
  return (moment, names) => {
    const sentences = (moment.effects ?? []).flatMap((effect) => {
      const kind = MOMENTS.find((one) => one === effect.type);
      if (!kind) return [];
      if (kind === 'cancelled' && moment.by && moment.by !== 'customer')
        return [t(`why.moment.${ENDS.find((one) => one === moment.reason) ?? 'ended'}`)];
      return [
        t(`why.moment.${kind}`, {
          name: names[effect.agent ?? ''] || '–',
          cause: cause(effect),
          stage: effect.stage ?? 0,
        }),
      ];
    });
    if (moment.place === 'waiting' && moment.position)
      sentences.push(t('why.moment.position', { position: moment.position }));
    return [...new Set(sentences)];
  };
}

/** Why one agent was not offered the contact at that moment. */
export function useReasonWords(): (seen: Seen, names: Record<string, string>, waiting: boolean) => string {
  const { t } = useTranslation('records');
  return (seen, names, waiting) => {
    if (seen.why === 'free') return t(waiting ? 'why.waitingFree' : 'why.free');
    if (seen.why === 'notQualified') {
      const skill = names[seen.skill ?? ''];
      return skill ? t('why.notQualified', { skill }) : t('why.notQualifiedPlain');
    }
    const known = REASONS.find((one) => one === seen.why);
    return known ? t(`why.${known}`) : seen.why;
  };
}
