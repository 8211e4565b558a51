import type { PictureShape } from '@/shared/api/files';
import { PictureInput } from '@/shared/ui/PictureInput';
import type { Form } from './FieldInput';
import { disabledOf } from './inputs/disabled';
import { FieldGroup } from './inputs/FieldGroup';
import classes from './inputs/inputs.module.css';
import { valueAt } from './names';

/** A person's photo or a site's logo in a form; a logo is seen on the colour it will stand on. */
export function PictureField({
  common,
  path,
  form,
  shape,
}: {
  common: { label: string; description?: string };
  path: string;
  form: Form;
  shape: PictureShape;
}) {
  const input = form.getInputProps(path);
  const colour = shape === 'logo' ? valueAt(form.getValues(), 'look.color') : undefined;
  return (
    <FieldGroup legend={common.label} variant="unstyled" path={path} form={form}>
      {common.description && <p className={classes.help}>{common.description}</p>}
      <PictureInput
        shape={shape}
        value={String(input.value ?? '')}
        onChange={(id) => form.setFieldValue(path, id)}
        disabled={disabledOf(input)}
        ground={typeof colour === 'string' ? colour : undefined}
      />
    </FieldGroup>
  );
}
