import { Combobox, Pill, PillsInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type ClipboardEvent, type KeyboardEvent, type ReactNode, type Ref, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isAddress, parseAddresses, type Receiver, typed, withAddresses } from '../../api/addresses';
import { shownAddress } from '../../api/cases';
import { addressesQuery } from '../../api/mails';
import classes from './work.module.css';

interface AddressFieldProps {
  label: string;
  value: Receiver[];
  onChange: (value: Receiver[]) => void;
  error?: string;
  fieldRef?: Ref<HTMLInputElement>;
  /** At the end of the line, as the switches for more fields. */
  beside?: ReactNode;
}

/** Addresses as chips. Comma, Enter or leaving the field makes one; Backspace gives the last one back to be mended. */
export function AddressField({ label, value, onChange, error, fieldRef, beside }: AddressFieldProps) {
  const { t } = useTranslation('mail');
  const [text, setText] = useState('');
  const [wanted] = useDebouncedValue(text.trim(), 200);
  const found = useQuery(addressesQuery(wanted));
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const known = new Set(value.map((one) => one.address.toLowerCase()));
  const offered = text.trim()
    ? (found.data ?? []).filter((one) => !known.has(one.address.toLowerCase())).slice(0, 8)
    : [];

  const add = (more: Receiver[]) => {
    setText('');
    combobox.closeDropdown();
    if (more.length > 0) onChange(withAddresses(value, more));
  };
  const takeText = () => add(parseAddresses(text));
  const remove = (at: number) => onChange(value.filter((_, other) => other !== at));
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return;
    const last = value.at(-1);
    if (event.key === 'Backspace' && text === '' && last) {
      event.preventDefault();
      remove(value.length - 1);
      setText(typed(last));
    } else if (
      [',', ';'].includes(event.key) ||
      (event.key === 'Enter' && combobox.getSelectedOptionIndex() < 0)
    ) {
      event.preventDefault();
      takeText();
    }
  };
  const onPaste = (event: ClipboardEvent) => {
    const pasted = event.clipboardData.getData('text/plain');
    if (!/[,;\n<]/.test(pasted)) return;
    event.preventDefault();
    add(parseAddresses(text + pasted));
  };
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(address) => {
        const one = offered.find((other) => other.address === address);
        add(one ? [{ name: one.name || undefined, address: one.address }] : []);
      }}
    >
      <Combobox.DropdownTarget>
        <div className={classes.line}>
          <span className={classes.label} aria-hidden>
            {label}
          </span>
          <PillsInput
            variant="unstyled"
            className={classes.grow}
            classNames={{ input: classes.bare, error: classes.wrong }}
            error={error}
            size="sm"
          >
            <Pill.Group>
              {value.map((one, at) => (
                <Pill
                  key={one.address}
                  withRemoveButton
                  title={shownAddress(one)}
                  data-bad={!isAddress(one.address) || undefined}
                  className={classes.chip}
                  removeButtonProps={{
                    'aria-hidden': false,
                    'aria-label': t('work.address.remove', { name: one.name || one.address }),
                  }}
                  onRemove={() => remove(at)}
                >
                  {one.name || one.address}
                </Pill>
              ))}
              <Combobox.EventsTarget withExpandedAttribute>
                <PillsInput.Field
                  ref={fieldRef}
                  value={text}
                  role="combobox"
                  aria-autocomplete="list"
                  aria-label={label}
                  aria-invalid={error ? true : undefined}
                  onChange={(event) => {
                    setText(event.currentTarget.value);
                    combobox.openDropdown();
                  }}
                  onBlur={takeText}
                  onKeyDown={onKeyDown}
                  onPaste={onPaste}
                />
              </Combobox.EventsTarget>
            </Pill.Group>
          </PillsInput>
          {beside}
        </div>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown hidden={offered.length === 0}>
        <Combobox.Options aria-label={t('work.address.known')}>
          {offered.map((one) => (
            <Combobox.Option
              key={one.address}
              value={one.address}
              onMouseDown={(event) => event.preventDefault()}
            >
              {one.name && <b>{one.name}</b>} {one.address}
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
