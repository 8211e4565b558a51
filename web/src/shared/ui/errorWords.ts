import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Code } from '@/shared/api/codes';
import { ApiError, NetworkError } from '@/shared/api/errors';

/** An error in the person's language: what happened, what it means for the work, what to do. */
export interface ErrorWords {
  code: string;
  what: string;
  means: string;
  todo: string;
}

export type Args = Record<string, string | number>;

/** Turns an error, or a code with its values, into words. */
export function useErrorWords(): (error: unknown, args?: Args) => ErrorWords {
  const { t, i18n } = useTranslation('errors');
  return useCallback(
    (error, args) => {
      const wanted = codeOf(error);
      const code = (i18n.exists(`${wanted}.what`, { ns: 'errors' }) ? wanted : 'PAR-0007') as Code;
      const values = { ...fallbackArgs(error), ...args };
      return {
        code: wanted,
        what: t(`${code}.what`, values),
        means: t(`${code}.means`, values),
        todo: t(`${code}.todo`, values),
      };
    },
    [t, i18n],
  );
}

function codeOf(error: unknown): string {
  if (typeof error === 'string') return error;
  if (error instanceof ApiError || error instanceof NetworkError) return error.code;
  return 'PAR-0007';
}

// Every name the words may contain has a value, so no bare placeholder is ever shown.
function fallbackArgs(error: unknown): Args {
  const problem = error instanceof ApiError ? error.problem : {};
  return {
    field: problem.field ?? '?',
    what: problem.detail ?? '',
    max: '–',
    retryAfterSeconds: 5,
    number: '–',
    reason: '–',
    supervisor: '–',
    time: '–',
    type: '?',
    ...problem.args,
  };
}
