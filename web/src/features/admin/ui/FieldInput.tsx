import {
  ColorInput,
  MultiSelect,
  NumberInput,
  PasswordInput,
  Select,
  Switch,
  TagsInput,
  Textarea,
  TextInput,
} from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { FormPlace } from '@/shared/ui/admin/EntityForm';
import type { Field } from '../api/entities';
import { CapacityInput } from './inputs/CapacityInput';
import { DurationInput } from './inputs/DurationInput';
import { LevelsInput } from './inputs/LevelsInput';
import { MailAddressInput } from './inputs/MailAddressInput';
import { ReferenceInput } from './inputs/ReferenceInput';
import {
  ClockInput,
  EventsInput,
  ExpiryInput,
  MegabytesInput,
  WeekdayInput,
  ZoneInput,
} from './inputs/SpecialInputs';
import { LanguagesField } from './LanguagesField';
import { valueAt } from './names';
import { PictureField } from './PictureField';
import { PrivilegesField } from './PrivilegesField';
import { RowsField } from './RowsField';
import { useFieldWords } from './words';

export type Form = UseFormReturnType<Record<string, unknown>>;

/** A field in its place of the section: short ones stand in pairs. */
export function FormCell({ field, form }: { field: Field; form: Form }) {
  const half = field.half ?? (field.kind === 'number' || field.kind === 'megabytes');
  return (
    <FormPlace half={half}>
      <FieldInput field={field} form={form} />
    </FormPlace>
  );
}

/** One field of a form, drawn as its description says. `at` is where its thing stands in the form. */
export function FieldInput({ field, form, at = '' }: { field: Field; form: Form; at?: string }) {
  const words = useFieldWords();
  const path = at + field.name;
  // `rules.from` of `rules.0.from`: a row's fields may have words of their own.
  const name = field.words ?? path.replace(/\.\d+(?=\.)/g, '');
  const common = {
    label: words.label(name),
    description: words.help(name),
    required: field.required,
  };
  const input = form.getInputProps(path);
  const special = { common, path, form, input };
  switch (field.kind) {
    case 'area':
      return <Textarea {...common} autosize minRows={2} maxRows={8} {...input} value={input.value ?? ''} />;
    case 'number':
      return (
        <NumberInput
          {...common}
          min={field.min}
          max={field.max}
          clampBehavior="none"
          allowDecimal={false}
          {...input}
          value={input.value ?? ''}
          onChange={(value) => form.setFieldValue(path, value === '' ? undefined : value)}
        />
      );
    case 'switch':
      return <Switch {...common} {...form.getInputProps(path, { type: 'checkbox' })} />;
    case 'choice':
      return (
        <Select
          {...common}
          allowDeselect={false}
          data={(field.options ?? []).map((value) => ({ value, label: words.choice(name, value) }))}
          {...input}
          value={input.value ?? field.options?.[0] ?? null}
        />
      );
    case 'choices':
      return (
        <MultiSelect
          {...common}
          data={(field.options ?? []).map((value) => ({ value, label: words.choice(name, value) }))}
          {...input}
          value={input.value ?? []}
        />
      );
    case 'one':
    case 'many':
      return <ReferenceInput field={field} common={common} input={input} />;
    case 'words':
    case 'phrases':
      return (
        <TagsInput
          {...common}
          splitChars={field.kind === 'words' ? [',', ' '] : [',']}
          {...input}
          value={input.value ?? []}
        />
      );
    case 'color':
      return (
        <ColorInput
          {...common}
          {...input}
          value={input.value ?? ''}
          eyeDropperButtonProps={{ 'aria-label': words.option('pickColor') }}
        />
      );
    case 'languages':
    case 'paragraphs':
      return (
        <LanguagesField
          path={path}
          form={form}
          label={common.label}
          help={common.description}
          required={field.required}
          lines={field.kind === 'paragraphs'}
        />
      );
    case 'password':
      return (
        <PasswordInput
          {...common}
          autoComplete="new-password"
          placeholder={field.kept && valueAt(form.getValues(), field.kept) ? words.option('kept') : undefined}
          aria-invalid={input.error ? true : undefined}
          {...input}
          value={input.value ?? ''}
        />
      );
    case 'megabytes':
      return <MegabytesInput {...special} />;
    case 'duration':
      return <DurationInput {...special} />;
    case 'mailAddress':
      return <MailAddressInput {...special} />;
    case 'time':
    case 'date':
      return <ClockInput {...special} type={field.kind} />;
    case 'expiry':
      return <ExpiryInput {...special} />;
    case 'zone':
      return <ZoneInput {...special} />;
    case 'weekday':
      return <WeekdayInput {...special} />;
    case 'events':
      return <EventsInput {...special} />;
    case 'capacity':
      return <CapacityInput common={common} path={path} form={form} />;
    case 'levels':
      return <LevelsInput common={common} path={path} form={form} />;
    case 'privileges':
      return <PrivilegesField path={path} form={form} label={common.label} />;
    case 'photo':
    case 'logo':
      return <PictureField {...special} shape={field.kind} />;
    case 'rows':
      return <RowsField field={field} path={path} form={form} label={common.label} />;
    default:
      return <TextInput {...common} {...input} value={input.value ?? ''} />;
  }
}
