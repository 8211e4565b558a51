import { Select } from '@mantine/core';
import type { Form } from '../FieldInput';
import type { Common } from './SpecialInputs';

interface Props {
  common: Common;
  form: Form;
  input: ReturnType<Form['getInputProps']>;
}

/** One of the addresses that stand in the form of a mailbox. */
export function MailAddressInput({ common, form, input }: Props) {
  const { address, aliases } = form.getValues() as { address?: string; aliases?: string[] };
  const value = String(input.value ?? '');
  const known = [...new Set([address ?? '', ...(aliases ?? []), value])].filter(Boolean);
  return (
    <Select
      {...common}
      {...input}
      clearable
      data={known}
      value={value || null}
      onChange={(next) => input.onChange(next ?? '')}
    />
  );
}
