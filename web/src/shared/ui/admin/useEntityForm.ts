import { type FormErrors, type UseFormInput, type UseFormReturnType, useForm } from '@mantine/form';
import { useState } from 'react';
import { ApiError } from '@/shared/api/errors';

export interface Versioned<V> {
  values: V;
  version: number;
}

export interface EntityFormInput<V extends Record<string, unknown>> {
  initial: V;
  /** The version that was read; undefined for a new one. */
  version?: number;
  validate?: UseFormInput<V>['validate'];
  /** Sends it. The version goes along, so that nobody's change is lost unseen. */
  save: (values: V, version: number | undefined) => Promise<unknown>;
  /** Reads it again, after PAR-0003. */
  reload?: () => Promise<Versioned<V>>;
  /** Only shown, as the abilities say. */
  readOnly?: boolean;
  /** Fields an administrator has locked. */
  lockedFields?: string[];
  onSaved?: () => void;
  /** Says in the person's language what the server says of a field. */
  reason?: (said: string, args?: Record<string, string | number>) => string;
}

export interface EntityFormControl<V extends Record<string, unknown>> {
  form: UseFormReturnType<V>;
  busy: boolean;
  /** What the server refused and no field can show. */
  failure: unknown;
  /** Somebody else's version, which the person has to decide about. */
  conflict: Versioned<V> | null;
  submit: () => void;
  takeTheirs: () => void;
  keepMine: () => void;
}

/** Editing one thing of the administration: sending, field errors, the conflict of two editors. */
export function useEntityForm<V extends Record<string, unknown>>(
  input: EntityFormInput<V>,
): EntityFormControl<V> {
  const { save, reload, readOnly = false, lockedFields = [], onSaved, reason } = input;
  const [version, setVersion] = useState(input.version);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [conflict, setConflict] = useState<Versioned<V> | null>(null);
  const form = useForm<V>({
    initialValues: input.initial,
    validate: input.validate,
    enhanceGetInputProps: ({ field }) => ({ disabled: readOnly || lockedFields.includes(String(field)) }),
  });

  const refused = async (error: unknown) => {
    if (error instanceof ApiError && error.code === 'PAR-0003' && reload) {
      setConflict(await reload());
      return;
    }
    const known = error instanceof ApiError ? fieldErrors(error, form, reason) : {};
    form.setErrors(known);
    focusFirst(form, known);
    if (Object.keys(known).length === 0) setFailure(error);
  };

  const send = async (values: V, at: number | undefined) => {
    setBusy(true);
    setFailure(null);
    try {
      await save(values, at);
      form.resetDirty(values);
      onSaved?.();
    } catch (error) {
      await refused(error).catch(setFailure);
    } finally {
      setBusy(false);
    }
  };

  return {
    form,
    busy,
    failure,
    conflict,
    submit: () =>
      form.onSubmit(
        (values) => void send(values, version),
        (errors) => focusFirst(form, errors),
      )(),
    takeTheirs: () => {
      if (!conflict) return;
      form.setValues(conflict.values as Partial<V>);
      form.resetDirty(conflict.values);
      setVersion(conflict.version);
      setConflict(null);
    },
    keepMine: () => {
      if (!conflict) return;
      setVersion(conflict.version);
      setConflict(null);
      void send(form.getValues(), conflict.version);
    },
  };
}

/** The server's errors at the inputs of this form; `skills.0.level` without an input of its own stands at `skills`. */
function fieldErrors<V extends Record<string, unknown>>(
  error: ApiError,
  form: UseFormReturnType<V>,
  reason: EntityFormInput<V>['reason'],
): FormErrors {
  const found: FormErrors = {};
  for (const [path, said] of Object.entries(error.fields)) {
    const parts = path.split('.');
    while (parts.length > 0 && !form.getInputNode(parts.join('.'))) parts.pop();
    if (parts.length > 0) found[parts.join('.')] ??= reason ? reason(said, error.problem.args) : said;
  }
  return found;
}

function focusFirst<V extends Record<string, unknown>>(form: UseFormReturnType<V>, errors: FormErrors): void {
  const first = Object.keys(errors)[0];
  const node = first ? form.getInputNode(first) : null;
  // Of a group the first input, as a group takes no focus.
  const input = node?.matches('fieldset') ? node.querySelector<HTMLElement>('input, button') : node;
  input?.focus();
}
