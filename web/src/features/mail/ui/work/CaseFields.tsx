import { Button, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { type CaseView, caseFormQuery } from '../../api/cases';
import { toldIn } from '../../api/fields';
import { CaseFieldValues } from '../CaseFieldValues';
import classes from '../fields.module.css';
import { CaseFieldInput } from './CaseFieldInput';
import { CategoryChoice } from './CategoryChoice';
import work from './case.module.css';

/** Whether this person has the fields before them: remembered on this machine. */
const useFieldsOpen = create<{ open: boolean }>()(
  persist((): { open: boolean } => ({ open: true }), { name: 'parley.caseFields' }),
);

/** What can be told about the case in hand: its category and its fields (E-20, E-40). */
export function CaseFields({ of }: { of: CaseView }) {
  const { t } = useTranslation(['mail', 'common']);
  const { open } = useFieldsOpen();
  const id = useId();
  const form = useQuery(caseFormQuery(of.id));
  const fields = form.data?.fields ?? [];
  const values = of.fields ?? [];
  const others = form.isPending ? [] : values.filter((one) => !fields.some((field) => field.id === one.id));
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <div className={classes.wide}>
      <div className={classes.row}>
        <CategoryChoice of={of} />
        {fields.length > 0 && (
          <UnstyledButton
            className={work.toggle}
            aria-expanded={open}
            aria-controls={id}
            onClick={() => useFieldsOpen.setState({ open: !open })}
          >
            <Chevron size={14} stroke={1.7} aria-hidden />
            {t('fields.filled', {
              filled: fields.filter((field) => toldIn(values, field.id) !== null).length,
              all: fields.length,
            })}
          </UnstyledButton>
        )}
        {form.isError && (
          <span className={classes.failure} role="alert">
            {t('fields.notLoaded')}
            <Button variant="default" size="compact-xs" onClick={() => void form.refetch()}>
              {t('common:action.retry')}
            </Button>
          </span>
        )}
      </div>
      {fields.length > 0 && open && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame of its own
        <div className={classes.form} id={id} role="group" aria-label={t('fields.title')}>
          <div className={classes.grid}>
            {fields.map((field) => (
              <CaseFieldInput key={field.id} field={field} caseId={of.id} told={toldIn(values, field.id)} />
            ))}
          </div>
        </div>
      )}
      <CaseFieldValues of={others} />
    </div>
  );
}
