import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './contact.module.css';
import { FoundCases } from './FoundCases';
import { FoundContacts } from './FoundContacts';

interface ContactSearchProps {
  /** In front: the field takes the keyboard. */
  active: boolean;
  onOpen: (id: string) => void;
  /** Opens a case; left out for who sees none. */
  onOpenCase?: (id: string, number: number) => void;
}

/** Search over the contacts and cases this person may see (D-4). The arrows go through what is found. */
export function ContactSearch({ active, onOpen, onOpenCase }: ContactSearchProps) {
  const { t } = useTranslation('contact');
  const [text, setText] = useState('');
  const [wanted] = useDebouncedValue(text.trim(), 250);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (active) field.current?.focus();
  }, [active]);
  const hint = t(onOpenCase ? 'search.all' : 'search.placeholder');
  return (
    <search className={classes.search} aria-label={t('search.title')} onKeyDown={walk}>
      <TextInput
        ref={field}
        data-result
        className={classes.field}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        placeholder={hint}
        aria-label={hint}
        maxLength={200}
        leftSection={<IconSearch size={15} aria-hidden />}
      />
      <div className={classes.found}>
        <FoundContacts words={wanted} onOpen={onOpen} />
        {onOpenCase && <FoundCases words={wanted} onOpen={onOpenCase} />}
      </div>
    </search>
  );
}

/** From the field down through the results, and back. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const places = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-result]')];
  const at = places.indexOf(event.target as HTMLElement);
  const next = places[at + step];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}
