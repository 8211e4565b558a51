import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/shared/api/errors';
import { queryClient } from '@/shared/api/queries';
import { EntityForm, FormSection } from '@/shared/ui/admin/EntityForm';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { toast } from '@/shared/ui/toasts';
import { type Kind, shownParts } from '../api/entities';
import { defaultsQuery, remove, save, type Thing, thingQuery } from '../api/store';
import classes from './admin.module.css';
import { Extras, SectionExtras } from './Extras';
import { type Form, FormCell } from './FieldInput';
import { nameOf, rootOf, withPlaces } from './names';
import { useReasons } from './reasons';
import { SecretWindow } from './SecretWindow';
import { useFieldWords } from './words';

/** The form of one thing; without an id it makes a new one. */
export function ThingForm({ kind, id, onClose }: { kind: Kind; id?: string; onClose: () => void }) {
  const thing = useQuery({ ...thingQuery(kind.id, id ?? ''), enabled: id !== undefined });
  const defaults = useQuery(defaultsQuery(kind.id));
  const first = id ? thing : defaults;
  if (first.isLoading) return <LoadingState />;
  if (first.error) return <ErrorState error={first.error} onRetry={() => void first.refetch()} />;
  return (
    <Loaded
      key={id ?? 'new'}
      kind={kind}
      thing={id ? thing.data : undefined}
      begin={{ ...defaults.data, ...kind.fresh }}
      onClose={onClose}
    />
  );
}

interface LoadedProps {
  kind: Kind;
  thing?: Thing;
  /** What a new one begins with. */
  begin: Record<string, unknown>;
  onClose: () => void;
}

function Loaded({ kind, thing, begin, onClose }: LoadedProps) {
  const { t, i18n } = useTranslation('admin');
  const words = useFieldWords();
  const reason = useReasons();
  const [secret, setSecret] = useState<string | null>(null);
  const sections = kind.sections
    .map((section) => ({ ...section, fields: section.fields.filter((field) => !thing || !field.onlyNew) }))
    .filter((section) => section.fields.length > 0);
  const fields = sections.flatMap((section) => section.fields);
  const pick = (from: Record<string, unknown>) => {
    const values: Record<string, unknown> = {};
    // Whole, as the server replaces it whole: `texts` with the words no field shows.
    for (const root of fields.map((field) => rootOf(field.name)))
      if (from[root] !== undefined && from[root] !== null) values[root] = structuredClone(from[root]);
    return withPlaces(values, fields);
  };
  const mayEdit =
    !thing ||
    !Array.isArray(thing.abilities) ||
    thing.abilities.includes('edit') ||
    thing.abilities.includes('change');
  const mayDelete =
    !kind.ownDeletion && Array.isArray(thing?.abilities) && thing.abilities.includes('delete');

  const send = async (values: Record<string, unknown>, version: number | undefined) => {
    const saved = await save(kind.id, thing?.id, thing ? values : { ...kind.fresh, ...values }, version);
    if (typeof saved.secret === 'string' && saved.secret) setSecret(saved.secret);
    else onClose();
  };
  const reload = async () => {
    const fresh = await queryClient.fetchQuery(thingQuery(kind.id, thing?.id ?? ''));
    return { values: pick(fresh), version: fresh.version };
  };
  const notRemoved = (error: unknown) => {
    const names = usersOf(error);
    if (!thing || names.length === 0) throw error;
    const name = nameOf(thing, i18n.language);
    toast({ tone: 'bad', title: t('inUse', { name }), text: t('inUseBy', { names: names.join(', ') }) });
  };
  const labels = Object.fromEntries(
    fields.map((field) => [rootOf(field.name), words.label(field.words ?? field.name)]),
  );

  return (
    <>
      <EntityForm
        title={thing ? nameOf(thing, i18n.language) : t('fresh', { kind: words.kind(kind.id) })}
        initial={thing ? pick(thing) : { ...structuredClone(kind.fresh), ...pick(begin) }}
        version={thing?.version}
        labels={labels}
        reason={reason}
        readOnly={!mayEdit}
        lockedFields={thing ? fields.filter((field) => field.fixed).map((field) => field.name) : undefined}
        save={send}
        reload={thing ? reload : undefined}
        remove={
          thing && mayDelete
            ? {
                name: nameOf(thing, i18n.language),
                perform: () => remove(kind.id, thing).then(onClose, notRemoved),
              }
            : undefined
        }
        onClose={onClose}
      >
        {(form) => (
          <>
            {shownParts(sections, form.getValues()).map((section) => (
              <FormSection key={section.id} title={words.section(section.id)}>
                {words.sectionAbout(section.id) && (
                  <p className={classes.quiet}>{words.sectionAbout(section.id)}</p>
                )}
                {section.fields.map((field) => (
                  <FormCell key={field.name} field={field} form={form as Form} />
                ))}
                <SectionExtras kind={kind} section={section.id} thing={thing} />
              </FormSection>
            ))}
            <Extras kind={kind} thing={thing} form={form as Form} onSecret={setSecret} onGone={onClose} />
          </>
        )}
      </EntityForm>
      <SecretWindow secret={secret} onClose={onClose} />
    </>
  );
}

// What uses a thing stands with the refusal to delete it.
function usersOf(error: unknown): string[] {
  const args: Record<string, unknown> = error instanceof ApiError ? (error.problem.args ?? {}) : {};
  return Array.isArray(args.uses)
    ? args.uses.map((use: { name?: string }) => use.name ?? '').filter(Boolean)
    : [];
}
