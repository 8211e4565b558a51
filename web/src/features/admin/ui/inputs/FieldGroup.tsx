import { Fieldset, type FieldsetProps, Input } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Form } from '../FieldInput';
import classes from './inputs.module.css';

/** Several inputs of one field under its name, and what is wrong with the field as a whole. */
export function FieldGroup({
  path,
  form,
  children,
  ...rest
}: Omit<FieldsetProps, 'form'> & { path: string; form: Form; children: ReactNode }) {
  const error = form.errors[path];
  return (
    <Fieldset data-path={path} classNames={{ root: classes.group, legend: classes.name }} {...rest}>
      {children}
      {error && (
        <Input.Error mt={4} role="alert">
          {error}
        </Input.Error>
      )}
    </Fieldset>
  );
}
