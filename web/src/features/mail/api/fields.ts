import { ApiError } from '@/shared/api/errors';
import { queryClient } from '@/shared/api/queries';
import type { components } from '@/shared/api.gen';
import { caseQuery, changeCase } from './cases';

export type FormField = components['schemas']['CaseFormField'];
export type FieldValue = components['schemas']['CaseFieldValue'];
export type FieldKind = FormField['kind'];
export const FIELD_KINDS: readonly FieldKind[] = [
  'text',
  'long_text',
  'number',
  'date',
  'choice',
  'checkbox',
];
/** What is told in a field; null: nothing. */
export type Told = string | number | boolean | null;

/** Longest texts of a field, in characters, as the server has them. */
export const LONGEST = { text: 500, long_text: 2_000 } as const;

/** Why a value is not kept. */
export type Wrong = 'number' | 'date' | 'text' | 'gone' | 'full' | 'shut' | 'conflict' | 'failed';

const decimalOf = (language: string) =>
  new Intl.NumberFormat(language).formatToParts(1.5).find((part) => part.type === 'decimal')?.value ?? '.';

/** A number as people of a language write it; undefined: it is none. At most 15 digits are exact. */
export function readNumber(text: string, language: string): number | undefined {
  const plain = text.replace(/\s/g, '').replace('−', '-');
  const comma = decimalOf(language) === ',';
  const shape = comma ? /^-?\d+(?:[.,]\d+)?$/ : /^-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$/;
  if (!shape.test(plain) || plain.replace(/\D/g, '').length > 15) return undefined;
  return Number(comma ? plain.replace(',', '.') : plain.replaceAll(',', ''));
}

/** How a value stands in its input. */
export function writtenValue(value: Told, language: string): string {
  if (typeof value === 'number')
    return new Intl.NumberFormat(language, { maximumFractionDigits: 15, useGrouping: false }).format(value);
  return value === null ? '' : String(value);
}

/** How a value is read; `yes` is the word for a ticked box. */
export function shownValue(kind: FieldKind, value: unknown, language: string, yes: string): string {
  if (kind === 'checkbox') return value ? yes : '';
  if (kind === 'number')
    return new Intl.NumberFormat(language, { maximumFractionDigits: 15 }).format(Number(value));
  if (kind === 'date' && typeof value === 'string')
    return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(
      new Date(`${value}T00:00:00Z`),
    );
  return String(value);
}

/** What was typed, as it is kept, or why it cannot be. */
export function readValue(
  kind: FieldKind,
  text: string,
  language: string,
): { value: Told } | { wrong: Wrong } {
  const plain = text.trim();
  if (plain === '') return { value: null };
  if (kind === 'number') {
    const value = readNumber(plain, language);
    return value === undefined ? { wrong: 'number' } : { value };
  }
  if ((kind === 'text' || kind === 'long_text') && [...plain].length > LONGEST[kind])
    return { wrong: 'text' };
  return { value: plain };
}

/** What a case says in a field now. */
export function toldIn(fields: readonly FieldValue[] | null | undefined, id: string): Told {
  return (fields?.find((one) => one.id === id)?.value as Told | undefined) ?? null;
}

/**
 * Keeps a value. A change of the case elsewhere is no matter as long as the field
 * still says what the person saw; else it is refused with what stands there now.
 */
export async function keepValue(caseId: string, field: FormField, seen: Told, value: Told): Promise<void> {
  const edit = { fields: { [field.id]: value } };
  try {
    await changeCase(caseId, edit);
  } catch (error) {
    const now = toldIn(queryClient.getQueryData(caseQuery(caseId).queryKey)?.fields, field.id);
    if (!(error instanceof ApiError) || error.code !== 'PAR-0003' || now !== seen) throw error;
    await changeCase(caseId, edit);
  }
}

/** Why the server did not keep a value. */
export function wrongOf(kind: FieldKind, error: unknown): Wrong {
  if (!(error instanceof ApiError)) return 'failed';
  switch (error.code) {
    case 'PAR-0001':
      if (error.problem.detail?.startsWith('there is no') || kind === 'choice') return 'gone';
      return kind === 'number' || kind === 'date' ? kind : 'text';
    case 'PAR-0003':
      return 'conflict';
    case 'PAR-0004':
      return 'full';
    case 'PAR-0005':
    case 'PAR-0002':
      return 'shut';
    default:
      return 'failed';
  }
}

const leaving = new Map<string, Set<() => Promise<boolean>>>();

/** A field tells how what is typed in it is kept before the case goes out of hand. */
export function onLeave(caseId: string, keep: () => Promise<boolean>): () => void {
  const all = leaving.get(caseId) ?? new Set();
  leaving.set(caseId, all.add(keep));
  return () => {
    all.delete(keep);
  };
}

/** Keeps what is typed in the fields of a case; false: one of them cannot be kept as it is. */
export async function leaveFields(caseId: string): Promise<boolean> {
  let kept = true;
  for (const keep of leaving.get(caseId) ?? []) kept = (await keep()) && kept;
  return kept;
}
