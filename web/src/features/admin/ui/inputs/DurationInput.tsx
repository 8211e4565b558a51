import { NumberInput, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Form } from '../FieldInput';
import { disabledOf } from './disabled';
import classes from './inputs.module.css';
import type { Common } from './SpecialInputs';

const UNITS = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
type Unit = keyof typeof UNITS;

/** The largest unit in which a time is a whole number. */
export function unitOf(seconds: number): Unit {
  const fitting = (Object.keys(UNITS) as Unit[]).filter((unit) => seconds > 0 && seconds % UNITS[unit] === 0);
  return fitting.at(-1) ?? 'seconds';
}

/** A time with its unit, in words. */
export function durationText(seconds: number, language: string): string {
  const unit = unitOf(seconds);
  const name = unit.slice(0, -1); // as Intl calls it
  return new Intl.NumberFormat(language, { style: 'unit', unit: name }).format(seconds / UNITS[unit]);
}

interface Props {
  common: Common;
  path: string;
  form: Form;
  input: ReturnType<Form['getInputProps']>;
}

/** A time as people say it, five days or twenty seconds, over a value in seconds. */
export function DurationInput({ common, path, form, input }: Props) {
  const { t } = useTranslation('admin');
  const seconds = Number(input.value ?? 0);
  const [unit, setUnit] = useState<Unit>(unitOf(seconds));
  const size = UNITS[unit];
  return (
    <div className={classes.duration}>
      <NumberInput
        {...common}
        {...input}
        min={0}
        decimalScale={2}
        clampBehavior="none"
        value={seconds / size}
        onChange={(value) => form.setFieldValue(path, Math.round(Number(value || 0) * size))}
      />
      <Select
        aria-label={t('duration.unit', { field: common.label })}
        allowDeselect={false}
        disabled={disabledOf(input)}
        data={(Object.keys(UNITS) as Unit[]).map((value) => ({ value, label: t(`duration.${value}`) }))}
        value={unit}
        onChange={(value) => {
          const next = value as Unit;
          setUnit(next);
          // The number stays: who chooses days after typing 5 means five days.
          form.setFieldValue(path, Math.round((seconds / size) * UNITS[next]));
        }}
      />
    </div>
  );
}
