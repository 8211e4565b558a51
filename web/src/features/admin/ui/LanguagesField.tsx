import { Textarea, TextInput } from '@mantine/core';
import type { Form } from './FieldInput';
import { FieldGroup } from './inputs/FieldGroup';
import classes from './inputs/inputs.module.css';

/** A text in each language of the interface. */
export function LanguagesField({
  path,
  form,
  label,
  help,
  required,
  lines = false,
}: {
  path: string;
  form: Form;
  label: string;
  help?: string;
  required?: boolean;
  /** With room for several lines. */
  lines?: boolean;
}) {
  return (
    <FieldGroup legend={label} variant="unstyled" path={path} form={form}>
      {help && <p className={classes.help}>{help}</p>}
      {['ru', 'en'].map((language) => {
        const input = form.getInputProps(`${path}.${language}`);
        const common = {
          'aria-label': `${label} (${language})`,
          leftSection: language.toUpperCase(),
          required,
          ...input,
          value: input.value ?? '',
        };
        return lines ? (
          <Textarea
            key={language}
            mt={4}
            autosize
            minRows={2}
            maxRows={10}
            leftSectionProps={{ className: classes.tag }}
            {...common}
          />
        ) : (
          <TextInput key={language} mt={4} {...common} />
        );
      })}
    </FieldGroup>
  );
}
