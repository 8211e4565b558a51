import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { dateFormat } from '@/shared/lib/format';

const DAY = 24 * 3_600_000;

/** A moment in the person's words: today the time alone; `long` always says all. */
export function useWhen(): (at: number, long?: boolean) => string {
  const { i18n } = useTranslation('mail');
  return useCallback(
    (at, long) => {
      if (!at) return '';
      const format = (options: Intl.DateTimeFormatOptions) => dateFormat(i18n.language, options).format(at);
      if (long) return format({ dateStyle: 'medium', timeStyle: 'short' });
      const today = new Date(at).toDateString() === new Date().toDateString();
      if (today) return format({ hour: '2-digit', minute: '2-digit' });
      if (Date.now() - at > 300 * DAY) return format({ day: '2-digit', month: '2-digit', year: '2-digit' });
      return format({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
    },
    [i18n.language],
  );
}
