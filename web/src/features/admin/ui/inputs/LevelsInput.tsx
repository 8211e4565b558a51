import { NumberInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { listQuery } from '../../api/store';
import type { Form } from '../FieldInput';
import { nameOf, valueAt } from '../names';
import { disabledOf } from './disabled';
import { FieldGroup } from './FieldGroup';
import classes from './inputs.module.css';
import type { Common } from './SpecialInputs';

const USUAL = 50;

/** The skill level that a team's members get for each of its services (M-10). */
export function LevelsInput({ common, path, form }: { common: Common; path: string; form: Form }) {
  const { t, i18n } = useTranslation('admin');
  const services = useQuery(listQuery('services'));
  const chosen = (valueAt(form.getValues(), 'serviceIds') as string[] | undefined) ?? [];
  const value = (valueAt(form.getValues(), path) as Record<string, number> | null | undefined) ?? {};
  const disabled = disabledOf(form.getInputProps(path));
  if (chosen.length === 0) return null;
  return (
    <FieldGroup legend={common.label} path={path} form={form}>
      <p className={classes.help}>{common.description}</p>
      <div className={classes.levels}>
        {chosen.map((id) => {
          const service = services.data?.find((one) => one.id === id);
          return (
            <NumberInput
              key={id}
              label={service ? nameOf(service, i18n.language) : id}
              min={0}
              max={100}
              allowDecimal={false}
              clampBehavior="none"
              disabled={disabled}
              placeholder={t('levelUsual', { level: USUAL })}
              value={value[id] ?? ''}
              data-path={`${path}.${id}`}
              error={form.errors[`${path}.${id}`]}
              onChange={(to) => {
                const next = { ...value };
                if (to === '') delete next[id];
                else next[id] = Number(to);
                form.setFieldValue(path, next);
              }}
            />
          );
        })}
      </div>
    </FieldGroup>
  );
}
