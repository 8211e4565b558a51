import { TextInput } from '@mantine/core';
import type { Form } from './FieldInput';
import { FieldGroup } from './inputs/FieldGroup';

/** A text in each language of the interface. */
export function LanguagesField({
  path,
  form,
  label,
  required,
}: {
  path: string;
  form: Form;
  label: string;
  required?: boolean;
}) {
  return (
    <FieldGroup legend={label} variant="unstyled" path={path} form={form}>
      {['ru', 'en'].map((language) => {
        const input = form.getInputProps(`${path}.${language}`);
        return (
          <TextInput
            key={language}
            mt={4}
            aria-label={`${label} (${language})`}
            leftSection={language.toUpperCase()}
            required={required}
            {...input}
            value={input.value ?? ''}
          />
        );
      })}
    </FieldGroup>
  );
}
