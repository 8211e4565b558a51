import { MultiSelect, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Field } from '../../api/entities';
import { listQuery } from '../../api/store';
import type { Form } from '../FieldInput';
import { nameOf } from '../names';
import { disabledOf } from './disabled';
import type { Common } from './SpecialInputs';

/** One thing of another kind, or several. */
export function ReferenceInput({
  field,
  common,
  input,
}: {
  field: Field;
  common: Common;
  input: ReturnType<Form['getInputProps']>;
}) {
  const { i18n } = useTranslation();
  const list = useQuery(listQuery(field.of ?? 'users'));
  const chosen = [input.value].flat();
  // What is chosen already keeps its name, even where it could not be chosen any more.
  const data = (list.data ?? [])
    .filter((thing) => field.among?.(thing) !== false || chosen.includes(thing.id))
    .map((thing) => ({ value: thing.id, label: nameOf(thing, i18n.language) }));
  const shared = { ...common, data, searchable: true, disabled: list.isPending || disabledOf(input) };
  if (field.kind === 'many')
    return <MultiSelect {...input} {...shared} value={(input.value as string[]) ?? []} />;
  return (
    <Select {...input} {...shared} clearable={!field.required} value={(input.value as string) || null} />
  );
}
