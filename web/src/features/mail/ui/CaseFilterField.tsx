import { Checkbox, Select, TextInput } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type FormField, readValue, writtenValue } from '../api/fields';

interface CaseFilterFieldProps {
  field: FormField;
  /** What is looked for; '': nothing. Give it in the `key` too, so that it is shown when it changes elsewhere. */
  value: string;
  disabled: boolean;
  onChange: (value: string) => void;
}

/** What is looked for in one field of cases: chosen at once, typed with Enter or by leaving it. */
export function CaseFilterField({ field, value, disabled, onChange }: CaseFilterFieldProps) {
  const { t, i18n } = useTranslation('mail');
  const { kind, name } = field;
  const [text, setText] = useState(
    kind === 'number' && value !== '' ? writtenValue(Number(value), i18n.language) : value,
  );
  const [wrong, setWrong] = useState(false);
  if (kind === 'checkbox')
    return (
      <Checkbox
        label={name}
        checked={value === 'true'}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked ? 'true' : '')}
      />
    );
  if (kind === 'choice')
    return (
      <Select
        label={name}
        placeholder={t('caseFilter.any')}
        data={field.options ?? []}
        value={value || null}
        disabled={disabled}
        onChange={(next) => onChange(next ?? '')}
        comboboxProps={{ withinPortal: false }}
        searchable={(field.options?.length ?? 0) > 7}
        nothingFoundMessage={t('fields.none')}
        clearable
        clearButtonProps={{ 'aria-label': t('fields.clear', { name }) }}
      />
    );
  const keep = () => {
    const read = readValue(kind, text, i18n.language);
    setWrong('wrong' in read);
    if ('wrong' in read) return;
    const next = read.value === null ? '' : String(read.value);
    if (next !== value) onChange(next);
  };
  return (
    <TextInput
      label={name}
      type={kind === 'date' ? 'date' : 'text'}
      inputMode={kind === 'number' ? 'decimal' : undefined}
      placeholder={t(kind === 'text' ? 'caseFilter.begins' : 'caseFilter.any')}
      maxLength={100}
      value={text}
      disabled={disabled}
      error={wrong && t('fields.wrong.number')}
      onChange={(event) => {
        setText(event.currentTarget.value);
        setWrong(false);
      }}
      onBlur={keep}
      onKeyDown={(event: KeyboardEvent) => event.key === 'Enter' && keep()}
    />
  );
}
