import { MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api, done } from '@/shared/api/client';
import { dateFormat } from '@/shared/lib/format';
import type { Form } from '../FieldInput';

/** What every input of a form has in common. */
export interface Common {
  label: string;
  description?: string;
  required?: boolean;
}

interface Special {
  common: Common;
  path: string;
  form: Form;
  input: ReturnType<Form['getInputProps']>;
}

const MEGABYTE = 2 ** 20;

/** A size in megabytes over a value in bytes. */
export function MegabytesInput({ common, path, form, input }: Special) {
  const { t } = useTranslation('admin');
  const bytes = Number(input.value ?? 0);
  return (
    <NumberInput
      {...common}
      {...input}
      min={0}
      decimalScale={2}
      clampBehavior="none"
      suffix={` ${t('megabytes')}`}
      value={bytes / MEGABYTE}
      onChange={(value) => form.setFieldValue(path, Math.round(Number(value || 0) * MEGABYTE))}
    />
  );
}

/** A time of day or a date, as the browser's own field. */
export function ClockInput({ common, input, type }: Special & { type: 'time' | 'date' }) {
  // The end of a day is 24:00, which the browser's field does not know.
  const whole = type === 'time' && input.value === '24:00';
  return <TextInput {...common} type={whole ? 'text' : type} {...input} value={input.value ?? ''} />;
}

/** A day at whose end something stops, kept as a moment; empty is never. */
export function ExpiryInput({ common, path, form, input }: Special) {
  const at = Number(input.value ?? 0);
  const day = at ? new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 10) : '';
  return (
    <TextInput
      {...common}
      {...input}
      type="date"
      value={day}
      onChange={(event) => {
        const text = event.currentTarget.value;
        form.setFieldValue(path, text ? new Date(`${text}T23:59:59`).getTime() : 0);
      }}
    />
  );
}

/** A time zone by its name, searched. */
export function ZoneInput({ common, input }: Special) {
  const zones = useMemo(() => ['UTC', ...Intl.supportedValuesOf('timeZone')], []);
  const value = (input.value as string) || null;
  const data = value && !zones.includes(value) ? [value, ...zones] : zones;
  return (
    <Select
      {...common}
      {...input}
      data={data}
      searchable
      clearable={!common.required}
      limit={100}
      value={value}
      onChange={(next) => input.onChange(next ?? '')}
    />
  );
}

/** A day of the week, Monday first. */
export function WeekdayInput({ common, path, form, input }: Special) {
  const { i18n } = useTranslation();
  const days = useMemo(() => {
    const name = dateFormat(i18n.language, { weekday: 'long', timeZone: 'UTC' });
    return [1, 2, 3, 4, 5, 6, 7].map((day) => ({
      value: String(day),
      label: name.format(Date.UTC(2024, 0, day)), // 1 January 2024 was a Monday
    }));
  }, [i18n.language]);
  return (
    <Select
      {...common}
      {...input}
      allowDeselect={false}
      data={days}
      value={String(input.value ?? 1)}
      onChange={(day) => form.setFieldValue(path, Number(day))}
    />
  );
}

/** Events of webhooks: all, or those that are named. */
export function EventsInput({ common, input }: Special) {
  const { t } = useTranslation('admin');
  const events = useQuery({
    queryKey: ['admin', 'webhook-events'],
    queryFn: () => done(api.GET('/api/webhook-events')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const chosen = (input.value as string[]) ?? [];
  const known = [...new Set(['*', ...(events.data?.items ?? []), ...chosen])];
  return (
    <MultiSelect
      {...common}
      {...input}
      searchable
      data={known.map((value) => ({ value, label: value === '*' ? t('allEvents') : value }))}
      value={chosen}
    />
  );
}
