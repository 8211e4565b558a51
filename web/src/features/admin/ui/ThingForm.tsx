import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/shared/api/queries';
import { EntityForm, FormSection } from '@/shared/ui/admin/EntityForm';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import type { Kind } from '../api/entities';
import { remove, save, type Thing, thingQuery } from '../api/store';
import { Extras } from './Extras';
import { FieldInput, type Form } from './FieldInput';
import { nameOf, putAt, valueAt } from './names';
import { SecretWindow } from './SecretWindow';
import { useFieldWords } from './words';

/** The form of one thing; without an id it makes a new one. */
export function ThingForm({ kind, id, onClose }: { kind: Kind; id?: string; onClose: () => void }) {
  const thing = useQuery({ ...thingQuery(kind.id, id ?? ''), enabled: id !== undefined });
  if (id && thing.isPending) return <LoadingState />;
  if (id && thing.error) return <ErrorState error={thing.error} onRetry={() => void thing.refetch()} />;
  return <Loaded key={id ?? 'new'} kind={kind} thing={thing.data} onClose={onClose} />;
}

function Loaded({ kind, thing, onClose }: { kind: Kind; thing?: Thing; onClose: () => void }) {
  const { t, i18n } = useTranslation('admin');
  const words = useFieldWords();
  const [secret, setSecret] = useState<string | null>(null);
  const pick = (from: Record<string, unknown>) => {
    const values: Record<string, unknown> = {};
    for (const field of kind.sections.flatMap((section) => section.fields)) {
      const value = valueAt(from, field.name);
      if (value !== undefined && value !== null) putAt(values, field.name, structuredClone(value));
    }
    return values;
  };
  const mayEdit =
    !thing ||
    !Array.isArray(thing.abilities) ||
    thing.abilities.includes('edit') ||
    thing.abilities.includes('change');
  const mayDelete = Array.isArray(thing?.abilities) && thing.abilities.includes('delete');

  const send = async (values: Record<string, unknown>, version: number | undefined) => {
    const saved = await save(kind.id, thing?.id, thing ? values : { ...kind.fresh, ...values }, version);
    if (typeof saved.secret === 'string' && saved.secret) setSecret(saved.secret);
    else onClose();
  };
  const reload = async () => {
    const fresh = await queryClient.fetchQuery(thingQuery(kind.id, thing?.id ?? ''));
    return { values: pick(fresh), version: fresh.version };
  };
  const labels = Object.fromEntries(
    kind.sections
      .flatMap((section) => section.fields)
      .map((field) => [field.name.split('.')[0] ?? '', words.label(field.name)]),
  );

  return (
    <>
      <EntityForm
        title={thing ? nameOf(thing, i18n.language) : t('fresh', { kind: words.kind(kind.id) })}
        initial={thing ? pick(thing) : structuredClone(kind.fresh)}
        version={thing?.version}
        labels={labels}
        readOnly={!mayEdit}
        save={send}
        reload={thing ? reload : undefined}
        remove={
          thing && mayDelete
            ? { name: nameOf(thing, i18n.language), perform: () => remove(kind.id, thing).then(onClose) }
            : undefined
        }
        onClose={onClose}
      >
        {(form) => (
          <>
            {kind.sections.map((section) => (
              <FormSection key={section.id} title={words.section(section.id)}>
                {section.fields.map((field) => (
                  <FieldInput key={field.name} field={field} form={form as Form} />
                ))}
              </FormSection>
            ))}
            <Extras kind={kind} thing={thing} form={form as Form} />
          </>
        )}
      </EntityForm>
      <SecretWindow secret={secret} onClose={onClose} />
    </>
  );
}
