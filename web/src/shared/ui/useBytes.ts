import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** Says a size of bytes in the person's language: `12 байт`, `340 КБ`, `2,4 МБ`. */
export function useBytes(): (bytes: number) => string {
  const { t, i18n } = useTranslation();
  return useCallback(
    (bytes) => {
      if (bytes < 1024) return t('unit.bytes', { count: bytes });
      const number = new Intl.NumberFormat(i18n.language, {
        maximumFractionDigits: bytes < 10 * 2 ** 20 ? 1 : 0,
      });
      const round = (unit: number) => number.format(bytes / unit);
      if (bytes < 2 ** 20) return t('unit.kb', { size: Math.round(bytes / 1024) });
      if (bytes < 2 ** 30) return t('unit.mb', { size: round(2 ** 20) });
      return t('unit.gb', { size: round(2 ** 30) });
    },
    [t, i18n.language],
  );
}
