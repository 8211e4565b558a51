import { ActionIcon, Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Field } from '../api/entities';
import classes from './admin.module.css';
import { FieldInput, type Form } from './FieldInput';
import { disabledOf } from './inputs/disabled';
import { FieldGroup } from './inputs/FieldGroup';
import { valueAt } from './names';

/** A list of small things: routing steps, opening hours, fields of a form. */
export function RowsField({
  field,
  path,
  form,
  label,
}: {
  field: Field;
  path: string;
  form: Form;
  label: string;
}) {
  const { t } = useTranslation('admin');
  const rows = (valueAt(form.getValues(), path) as unknown[] | undefined) ?? [];
  const disabled = disabledOf(form.getInputProps(path));
  return (
    <FieldGroup legend={label} path={path} form={form}>
      {rows.map((_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows have no names of their own.
        <div key={index} className={classes.row}>
          <div className={classes.cells}>
            {field.fields?.map((one) => (
              <div key={one.name} className={one.kind === 'phrases' ? classes.wide : undefined}>
                <FieldInput field={one} form={form} at={`${path}.${index}.`} />
              </div>
            ))}
          </div>
          <ActionIcon
            variant="subtle"
            color="red"
            disabled={disabled}
            aria-label={t('removeRow', { n: index + 1 })}
            onClick={() => form.removeListItem(path, index)}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="default"
        disabled={disabled}
        leftSection={<IconPlus size={14} />}
        onClick={() => form.setFieldValue(path, [...rows, { ...field.fresh }])}
      >
        {t('addRow')}
      </Button>
    </FieldGroup>
  );
}
