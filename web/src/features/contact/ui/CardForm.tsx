import { Button, Input, Select, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/shared/api/queries';
import { FormFailure } from '@/shared/ui/admin/FormFailure';
import { useEntityForm } from '@/shared/ui/admin/useEntityForm';
import { ConflictWindow } from '@/shared/ui/admin/windows';
import { PictureInput } from '@/shared/ui/PictureInput';
import { type Contact, contactQuery } from '../api/contacts';
import { Addresses } from './Addresses';
import classes from './form.module.css';
import { useLanguageNames, useReason } from './words';

export type CardValues = Record<string, unknown> & {
  name: string;
  company: string;
  segment: string;
  language: string;
  notes: string;
  photoFileId: string;
  emails: string[];
  phones: string[];
};

interface CardFormProps {
  /** The card as it is, or what is known of somebody who has none. */
  card: Contact;
  save: (card: Contact) => Promise<unknown>;
  onClose: () => void;
}

/** A customer's card being written: errors stand at their fields; of two editors the second decides. */
export function CardForm({ card, save, onClose }: CardFormProps) {
  const { t } = useTranslation(['contact', 'common']);
  const reason = useReason();
  const fresh = card.id === '';
  const control = useEntityForm<CardValues>({
    initial: valuesOf(card),
    version: fresh ? undefined : card.version,
    save: (values, version) => save({ ...card, ...values, ...filled(values), version: version ?? 0 }),
    reload: fresh
      ? undefined
      : async () => {
          const now = await queryClient.fetchQuery({ ...contactQuery(card.id), staleTime: 0 });
          return { values: valuesOf(now), version: now.version };
        },
    onSaved: onClose,
    reason,
  });
  const { form, busy, failure, conflict, submit } = control;
  const languages = useLanguageNames(card.language);
  const labels = {
    name: t('column.name'),
    company: t('fact.company'),
    segment: t('fact.status'),
    language: t('fact.language'),
    notes: t('fact.notes'),
    photoFileId: t('form.photo'),
    emails: t('fact.email'),
    phones: t('fact.phone'),
  };
  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {failure !== null && <FormFailure error={failure} labels={labels} reason={reason} />}
      <TextInput
        data-autofocus
        autoFocus // the window looked for its first field while the card was still on its way
        label={labels.name}
        maxLength={200}
        {...form.getInputProps('name')}
      />
      <div className={classes.pair}>
        <TextInput label={labels.company} maxLength={200} {...form.getInputProps('company')} />
        <TextInput label={labels.segment} maxLength={100} {...form.getInputProps('segment')} />
      </div>
      <div className={classes.pair}>
        <Addresses form={form} field="phones" />
        <Addresses form={form} field="emails" />
      </div>
      <Select
        label={labels.language}
        placeholder={t('form.noLanguage')}
        data={languages}
        searchable
        clearable
        {...form.getInputProps('language')}
        value={form.getValues().language || null}
        onChange={(chosen) => form.setFieldValue('language', chosen ?? '')}
      />
      <Textarea
        label={labels.notes}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={4000}
        {...form.getInputProps('notes')}
      />
      <Input.Wrapper label={labels.photoFileId} labelElement="div" error={form.errors.photoFileId}>
        <PictureInput
          shape="photo"
          value={form.getValues().photoFileId}
          onChange={(id) => form.setFieldValue('photoFileId', id)}
        />
      </Input.Wrapper>
      <div className={classes.foot}>
        <Button variant="default" onClick={onClose}>
          {t('common:action.cancel')}
        </Button>
        <Button type="submit" loading={busy}>
          {t(fresh ? 'common:action.create' : 'common:action.save')}
        </Button>
      </div>
      <ConflictWindow control={control} labels={labels} mine={form.getValues()} theirs={conflict?.values} />
    </form>
  );
}

function valuesOf(card: Contact): CardValues {
  const { name, company, segment, language, notes } = card;
  const [emails, phones] = [card.emails ?? [], card.phones ?? []];
  return { name, company, segment, language, notes, photoFileId: card.photoFileId ?? '', emails, phones };
}

// A row that was left empty is none. Only those at the end go, so that an error's place stays right.
function filled({ emails, phones }: CardValues) {
  return { emails: withoutEmptyEnd(emails), phones: withoutEmptyEnd(phones) };
}

function withoutEmptyEnd(list: string[]): string[] {
  const kept = [...list];
  while (kept.at(-1)?.trim() === '') kept.pop();
  return kept;
}
