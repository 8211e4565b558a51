import { ActionIcon, MultiSelect, NumberInput } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Form } from '../FieldInput';
import { valueAt } from '../names';
import { useFieldWords } from '../words';
import { disabledOf } from './disabled';
import { FieldGroup } from './FieldGroup';
import classes from './inputs.module.css';
import type { Common } from './SpecialInputs';

const WORK = ['call', 'preview', 'chat', 'email'];

interface Capacity {
  shares?: Record<string, { takes: number; needs: number }>;
  onTopOf?: Record<string, string[]>;
  precedence?: string[];
}

/** How many contacts of which kinds at a time (M-12): what each takes and needs, on top of what, and which comes first. */
export function CapacityInput({ common, path, form }: { common: Common; path: string; form: Form }) {
  const { t } = useTranslation('admin');
  const words = useFieldWords();
  const disabled = disabledOf(form.getInputProps(path));
  const value = (valueAt(form.getValues(), path) as Capacity | null | undefined) ?? {};
  const order = value.precedence?.length ? value.precedence : WORK;
  const put = (next: Capacity) => form.setFieldValue(path, next);
  const share = (work: string, part: 'takes' | 'needs', to: number | string) => {
    const shares = { ...value.shares };
    if (to === '') delete shares[work];
    else {
      const percent = Number(to);
      shares[work] = { ...(shares[work] ?? { takes: percent, needs: percent }), [part]: percent };
    }
    put({ ...value, shares });
  };
  const over = (work: string, others: string[]) => {
    const onTopOf = { ...value.onTopOf, [work]: others };
    if (others.length === 0) delete onTopOf[work];
    put({ ...value, onTopOf });
  };
  const raise = (at: number) => {
    const next = [...order];
    next.splice(at - 1, 0, ...next.splice(at, 1));
    put({ ...value, precedence: next });
  };
  return (
    <FieldGroup legend={common.label} path={path} form={form}>
      {common.description && <p className={classes.help}>{common.description}</p>}
      {order.map((work, at) => (
        <div key={work} className={classes.capacity}>
          <b className={classes.work}>{words.option(work)}</b>
          {(['takes', 'needs'] as const).map((part) => (
            <NumberInput
              key={part}
              label={t(`capacity.${part}`)}
              aria-label={`${words.option(work)}: ${t(`capacity.${part}`)}`}
              min={0}
              max={100}
              suffix=" %"
              allowDecimal={false}
              clampBehavior="none"
              disabled={disabled}
              placeholder={t('capacity.inherited')}
              value={value.shares?.[work]?.[part] ?? ''}
              data-path={`${path}.shares.${work}.${part}`}
              error={form.errors[`${path}.shares.${work}.${part}`]}
              onChange={(to) => share(work, part, to)}
            />
          ))}
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={disabled || at === 0}
            aria-label={t('capacity.first', { work: words.option(work) })}
            title={t('capacity.first', { work: words.option(work) })}
            onClick={() => raise(at)}
          >
            <IconArrowUp size={16} />
          </ActionIcon>
          <MultiSelect
            className={classes.over}
            label={t('capacity.over')}
            aria-label={`${words.option(work)}: ${t('capacity.over')}`}
            disabled={disabled}
            data={WORK.filter((one) => one !== work).map((one) => ({ value: one, label: words.option(one) }))}
            value={value.onTopOf?.[work] ?? []}
            onChange={(others) => over(work, others)}
          />
        </div>
      ))}
    </FieldGroup>
  );
}
