import { Checkbox, Loader, Select, Textarea, TextInput } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { type FormField, LONGEST, shownValue, type Told, writtenValue } from '../../api/fields';
import classes from '../fields.module.css';
import { useFieldDraft } from './useFieldDraft';

interface CaseFieldInputProps {
  caseId: string;
  field: FormField;
  /** What the case says in it. */
  told: Told;
}

/** One field of the case in hand: kept when it is left or chosen from; what is wrong stands below it. */
export function CaseFieldInput({ caseId, field, told }: CaseFieldInputProps) {
  const { t, i18n } = useTranslation(['mail', 'common']);
  const draft = useFieldDraft(caseId, field, told);
  const { kind, name } = field;
  const chosenOf = kind === 'choice' || kind === 'checkbox';
  const error = (() => {
    if (!draft.wrong) return undefined;
    if (draft.wrong === 'conflict' && chosenOf) return t('fields.wrong.chosen');
    const now =
      told === null ? t('preview.noCategory') : shownValue(kind, told, i18n.language, t('common:action.yes'));
    return t(`fields.wrong.${draft.wrong}`, { now, max: LONGEST[kind === 'long_text' ? kind : 'text'] });
  })();
  const common = {
    label: name,
    error,
    'aria-busy': draft.state === 'saving',
    rightSection: <FieldState state={draft.state} />,
  };

  if (kind === 'checkbox')
    return (
      <Checkbox
        className={classes.box}
        label={name}
        error={error}
        aria-busy={draft.state === 'saving'}
        checked={Boolean(draft.chosen === undefined ? told : draft.chosen)}
        onChange={(event) => draft.choose(event.currentTarget.checked || null)}
      />
    );
  if (kind === 'choice') {
    const value = draft.chosen === undefined ? told : draft.chosen;
    const options = field.options ?? [];
    // An option that is not offered any more still says what it is.
    const data = typeof value === 'string' && !options.includes(value) ? [...options, value] : options;
    return (
      <Select
        {...common}
        rightSection={draft.state === 'saving' ? common.rightSection : undefined}
        data={data}
        value={typeof value === 'string' ? value : null}
        onChange={(next) => draft.choose(next)}
        searchable={data.length > 7}
        clearable
        clearButtonProps={{ 'aria-label': t('fields.clear', { name }) }}
        nothingFoundMessage={t('fields.none')}
      />
    );
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && kind !== 'long_text' && !event.ctrlKey && !event.altKey) void draft.keep();
    if (event.key !== 'Escape' || draft.text === undefined) return;
    event.stopPropagation();
    draft.forget();
  };
  const typing = {
    ...common,
    value: draft.text ?? writtenValue(told, i18n.language),
    onChange: (event: { currentTarget: { value: string } }) => draft.type(event.currentTarget.value),
    onBlur: () => void draft.keep(),
    onKeyDown,
  };
  if (kind === 'long_text')
    return <Textarea {...typing} className={classes.long} autosize minRows={1} maxRows={4} />;
  return (
    <TextInput
      {...typing}
      type={kind === 'date' ? 'date' : 'text'}
      max={kind === 'date' ? '9999-12-31' : undefined}
      inputMode={kind === 'number' ? 'decimal' : undefined}
    />
  );
}

/** Whether what was typed is kept. */
function FieldState({ state }: { state: 'still' | 'saving' | 'saved' }) {
  const { t } = useTranslation('mail');
  return (
    <span role="status" className={classes.state} data-state={state}>
      {state === 'saving' && <Loader size={12} />}
      {state === 'saved' && <IconCheck size={14} stroke={2} aria-hidden />}
      <span className="unseen">{state === 'still' ? '' : t(`fields.${state}`)}</span>
    </span>
  );
}
