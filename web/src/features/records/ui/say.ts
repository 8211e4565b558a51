import { useTranslation } from 'react-i18next';
import { clockTime, dateFormat } from '@/shared/lib/format';
import { OUTCOMES, type RecordPart, type RecordRow } from '../api/records';

const STATES = ['waiting', 'offered', 'active', 'ended', 'finished', 'parked'] as const;
const PARTIES = ['customer', 'agent', 'system'] as const;
const PURPOSES = ['queue', 'transfer', 'invite', 'personal'] as const;

/** A record's values in the person's words. */
export function useRecordWords() {
  const { t, i18n } = useTranslation(['records', 'common']);
  const time = (at: number, style: Intl.DateTimeFormatOptions) =>
    at ? dateFormat(i18n.language, style).format(at) : '';
  const known = <T extends string>(list: readonly T[], value: string | undefined) =>
    list.find((one) => one === value);
  return {
    t,
    dateTime: (at: number) =>
      time(at, {
        day: '2-digit',
        month: '2-digit',
        year: '2-digit',
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
      }),
    clock: (at: number) => time(at, { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    span: (ms: number) => clockTime(ms),
    by: (party: string | undefined) => {
      const one = known(PARTIES, party);
      return one ? t(`by.${one}`) : '';
    },
    purpose: (purpose: string) => {
      const one = known(PURPOSES, purpose);
      return one ? t(`purpose.${one}`) : '';
    },
    /** How a part ended, or while it has not: where it stands. */
    outcome: (part: RecordPart | undefined) => {
      const outcome = known(OUTCOMES, part?.outcome);
      const state = known(STATES, part?.state);
      return outcome ? t(`outcome.${outcome}`) : state ? t(`state.${state}`) : '';
    },
  };
}

/** The part that tells how the whole contact went: the last that is no invitation. */
export function mainPart(record: RecordRow): RecordPart | undefined {
  const parts = (record.parts ?? []).filter((part) => part.purpose !== 'invite');
  return parts.at(-1) ?? record.parts?.[0];
}

/** What is added up over a record's parts. */
export function sum(record: RecordRow, read: (part: RecordPart) => number): number {
  return (record.parts ?? []).reduce((total, part) => total + read(part), 0);
}

export function agentsOf(record: RecordRow): string {
  const names = (record.parts ?? []).map((part) => part.agentName ?? '').filter(Boolean);
  return [...new Set(names)].join(', ');
}
