import { ActionIcon, Button, Input, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardValues } from './CardForm';
import classes from './form.module.css';

interface AddressesProps {
  form: UseFormReturnType<CardValues>;
  field: 'emails' | 'phones';
}

const MOST = 20;

/** Several emails or numbers of a card, each with its own error. */
export function Addresses({ form, field }: AddressesProps) {
  const { t } = useTranslation('contact');
  const box = useRef<HTMLDivElement>(null);
  const adder = useRef<HTMLButtonElement>(null);
  const list = form.getValues()[field];
  const label = t(field === 'emails' ? 'fact.email' : 'fact.phone');
  const add = () => {
    form.insertListItem(field, '');
    requestAnimationFrame(() => [...(box.current?.querySelectorAll('input') ?? [])].at(-1)?.focus());
  };
  const remove = (at: number) => {
    form.removeListItem(field, at);
    adder.current?.focus();
  };
  return (
    <Input.Wrapper label={label} labelElement="div">
      <div ref={box} className={classes.addresses}>
        {list.map((value, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the form knows its rows by their place
          <div key={at} className={classes.address}>
            <TextInput
              className={classes.wide}
              aria-label={`${label} ${at + 1}`}
              type={field === 'emails' ? 'email' : 'tel'}
              maxLength={254}
              {...form.getInputProps(`${field}.${at}`)}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="var(--control)"
              aria-label={t('form.removeAddress', { address: value || label })}
              onClick={() => remove(at)}
            >
              <IconX size={15} aria-hidden />
            </ActionIcon>
          </div>
        ))}
        <Button
          ref={adder}
          className={classes.adder}
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={list.length >= MOST}
          onClick={add}
        >
          {t(field === 'emails' ? 'form.addEmail' : 'form.addPhone')}
        </Button>
      </div>
    </Input.Wrapper>
  );
}
