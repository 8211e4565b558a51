import { Button, CloseButton } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconDeviceFloppy } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions } from '../actions/registry';
import { DecisionWindow } from '../DecisionWindow';
import { failed } from '../failed';
import classes from './admin.module.css';
import { FormFailure } from './FormFailure';
import { type EntityFormInput, useEntityForm } from './useEntityForm';
import { useLateEscape, useOwnFocus } from './useFormFocus';
import { ConflictWindow, LeaveWindow } from './windows';

export interface EntityFormProps<V extends Record<string, unknown>> extends EntityFormInput<V> {
  title: string;
  /** Words of the fields, for the list of differences after PAR-0003. */
  labels?: Partial<Record<keyof V & string, string>>;
  /** Leave out where the form is the page itself. */
  onClose?: () => void;
  /** Deleting, when the abilities allow it: the name to ask about, and doing it. */
  remove?: { name: string; perform: () => Promise<unknown> };
  children: (form: UseFormReturnType<V>) => ReactNode;
}

/**
 * The panel in which one thing of the administration is edited. Ctrl+S saves,
 * Esc closes; leaving with changes asks first. Give it a `key` of the thing's id.
 */
export function EntityForm<V extends Record<string, unknown>>(props: EntityFormProps<V>) {
  const { title, onClose, remove, readOnly, children } = props;
  const { t } = useTranslation();
  const control = useEntityForm(props);
  const { form, busy, failure, conflict, submit } = control;
  const [asking, setAsking] = useState<'close' | 'delete' | null>(null);
  const panel = useRef<HTMLElement>(null);
  useOwnFocus(panel, onClose !== undefined, props.version === undefined);
  const dirty = !readOnly && form.isDirty();
  const close = () => (dirty && onClose ? setAsking('close') : onClose?.());
  // A ref, so that the keyboard always saves what is typed now.
  const latest = useRef(submit);
  latest.current = submit;

  useActions(
    useMemo(
      () => [
        {
          id: 'form.save',
          label: t('action.save'),
          icon: IconDeviceFloppy,
          shortcut: 'Ctrl+KeyS',
          group: title,
          allowed: !readOnly,
          perform: () => latest.current(),
        },
      ],
      [t, title, readOnly],
    ),
  );
  const onKeyDown = (event: KeyboardEvent) => {
    const inList = (event.target as HTMLElement).getAttribute('aria-expanded') === 'true';
    if (event.key === 'Escape' && !inList && !event.defaultPrevented) close();
  };

  useLateEscape(close);

  return (
    <section
      ref={panel}
      tabIndex={-1}
      className={onClose ? classes.panel : `${classes.panel} ${classes.whole}`}
      aria-label={title}
      onKeyDown={onKeyDown}
    >
      <header className={classes.head}>
        {onClose ? <h2 className={classes.title}>{title}</h2> : <h1 className={classes.title}>{title}</h1>}
        {onClose && <CloseButton aria-label={t('action.close')} onClick={close} />}
      </header>
      <form
        className={classes.body}
        noValidate
        tabIndex={readOnly ? 0 : undefined} // nothing inside can be focused, and it must scroll by keyboard
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {failure !== null && (
          <FormFailure error={failure} labels={props.labels ?? {}} reason={props.reason} />
        )}
        {children(form)}
        <button type="submit" hidden tabIndex={-1} aria-hidden="true" />
      </form>
      {!readOnly && (
        <footer className={classes.foot}>
          {remove && (
            <Button variant="subtle" color="red" onClick={() => setAsking('delete')}>
              {t('action.delete')}
            </Button>
          )}
          <span className={classes.note}>{dirty ? t('form.unsaved') : onClose && t('form.saveHint')}</span>
          {onClose && (
            <Button variant="default" onClick={close}>
              {t('action.cancel')}
            </Button>
          )}
          <Button loading={busy} disabled={!dirty && props.version !== undefined} onClick={submit}>
            {props.version === undefined ? t('action.create') : t('action.save')}
          </Button>
        </footer>
      )}
      <LeaveWindow
        dirty={dirty && !busy && asking !== 'delete'}
        asking={asking === 'close'}
        onStay={() => setAsking(null)}
        onLeave={() => onClose?.()}
      />
      <ConflictWindow
        control={control}
        labels={props.labels ?? {}}
        mine={form.getValues()}
        theirs={conflict?.values}
      />
      {remove && (
        <DecisionWindow
          opened={asking === 'delete'}
          title={t('form.deleteTitle', { name: remove.name })}
          onClose={() => setAsking(null)}
          decisions={[
            { id: 'no', label: t('action.cancel'), kind: 'plain', onChoose: () => setAsking(null) },
            {
              id: 'yes',
              label: t('action.delete'),
              kind: 'danger',
              onChoose: () =>
                remove
                  .perform()
                  .catch(failed)
                  .finally(() => setAsking(null)),
            },
          ]}
        >
          {t('form.deleteText')}
        </DecisionWindow>
      )}
    </section>
  );
}

/** A part of a form under its own heading. */
export function FormSection({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <fieldset className={classes.section}>
      {title && <legend className={classes.legend}>{title}</legend>}
      {children}
    </fieldset>
  );
}

/** The place of an input in a section: the whole width, or half of it beside another. */
export function FormPlace({ half, children }: { half?: boolean; children: ReactNode }) {
  return <div className={half ? classes.half : classes.place}>{children}</div>;
}
