import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { clockTime } from '@/shared/lib/format';
import type { Percent } from '@/shared/live/figures';
import type { DataColumn } from '@/shared/ui/table/columns';
import { definitionsQuery } from '../api/supervise';

type Value = number | Percent | null;

export interface FigureOptions {
  hidden?: boolean;
  width?: number;
  /** Another meaning than the definition's, where the same word counts something narrower. */
  meaning?: string;
}

/**
 * Makes columns of figures: name, «?» and unit come from the server's
 * definitions, the same that reports use.
 */
export function useFigureColumn() {
  const { i18n } = useTranslation();
  const definitions = useQuery(definitionsQuery);
  const language = i18n.language;
  const say = useCallback(
    (texts: Record<string, string> | undefined) => texts?.[language] ?? texts?.en ?? '',
    [language],
  );
  const figure = useCallback(
    <T,>(id: string, read: (row: T) => Value, options: FigureOptions = {}): DataColumn<T> => {
      const found = definitions.data?.find((one) => one.id === id);
      return {
        id,
        label: say(found?.name) || id,
        meaning: options.meaning ?? say(found?.text),
        value: (row) => numberOf(read(row)),
        cell: (row) => shown(read(row), found?.unit, language),
        align: 'end',
        width: options.width ?? 116,
        hidden: options.hidden,
      };
    },
    [definitions.data, say, language],
  );
  return { figure, ready: !definitions.isPending, error: definitions.error, retry: definitions.refetch };
}

function numberOf(value: Value): number | null {
  if (value === null || typeof value === 'number') return value;
  return value.ok ? value.tenths : null;
}

const NONE = '–';

function shown(value: Value, unit: string | undefined, language: string): string {
  if (value === null) return NONE;
  if (typeof value === 'object') {
    if (!value.ok) return NONE;
    return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(
      value.tenths / 1000,
    );
  }
  if (unit === 'ms') return clockTime(value);
  if (unit === 'percent') return new Intl.NumberFormat(language, { style: 'percent' }).format(value / 100);
  return String(value);
}
