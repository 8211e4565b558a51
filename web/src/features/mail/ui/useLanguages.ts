import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type QueueView, queueQuery } from '../api/queue';

/** The languages of the mails seen so far, by their names in the person's language. */
export function useLanguages(on: boolean, view: QueueView): { value: string; label: string }[] {
  const { i18n } = useTranslation('mail');
  const seen = useRef(new Set<string>());
  const found = useQuery({ ...queueQuery(view), enabled: on });
  for (const row of found.data?.items ?? []) if (row.language) seen.current.add(row.language);
  const all = [...seen.current].sort().join(' ');
  return useMemo(() => {
    const names = new Intl.DisplayNames(i18n.language, { type: 'language', fallback: 'code' });
    const name = (code: string) => {
      try {
        return names.of(code) ?? code;
      } catch {
        return code; // no language anybody knows
      }
    };
    return all
      .split(' ')
      .filter(Boolean)
      .map((value) => ({ value, label: name(value) }));
  }, [all, i18n.language]);
}
