import { Button, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '@/shared/ui/Avatar';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { Window } from '@/shared/ui/Window';
import { ownersQuery, type QueueOwner } from '../api/queue';
import classes from './assign.module.css';

interface AssignWindowProps {
  opened: boolean;
  count: number;
  /** Has the mails already. */
  without: string;
  onClose: () => void;
  onGone: () => void;
  onChoose: (person: QueueOwner) => Promise<void>;
}

/** To whom mails are given: arrows and Enter choose while a name is typed. */
export function AssignWindow({ opened, count, onClose, onGone, ...props }: AssignWindowProps) {
  const { t } = useTranslation(['mail', 'common']);
  const [last, setLast] = useState(count);
  if (opened && last !== count) setLast(count); // its title stands while the window goes
  return (
    <Window
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={onGone}
      title={t('assign.title', { count: last })}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
      size="28rem"
    >
      {opened && <Assign {...props} />}
    </Window>
  );
}

function Assign({ without, onChoose }: Pick<AssignWindowProps, 'without' | 'onChoose'>) {
  const { t } = useTranslation(['mail', 'common']);
  const [words, setWords] = useState('');
  const [chosenId, setChosenId] = useState('');
  const [busy, setBusy] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const people = useQuery(ownersQuery);
  const may = (people.data ?? []).filter((one) => one.takes && one.userId !== without);
  const wanted = words.trim().toLocaleLowerCase();
  const found = may.filter(({ name, team }) => `${name} ${team}`.toLocaleLowerCase().includes(wanted));
  const chosen = found.find((one) => one.userId === chosenId) ?? (wanted ? found[0] : undefined);
  const onKeyDown = (event: KeyboardEvent) => {
    const at = chosen ? found.indexOf(chosen) : -1;
    const to = { ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1) }[event.key];
    const next = to === undefined ? undefined : found[Math.min(found.length - 1, to)];
    if (!next) return;
    event.preventDefault();
    setChosenId(next.userId);
    list.current
      ?.querySelector(`[data-person="${CSS.escape(next.userId)}"]`)
      ?.scrollIntoView({ block: 'nearest' });
  };
  const assign = async () => {
    if (!chosen || busy) return;
    setBusy(true);
    await onChoose(chosen);
    setBusy(false);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void assign();
      }}
    >
      <TextInput
        data-autofocus
        role="combobox"
        aria-expanded
        aria-autocomplete="list"
        aria-controls={id}
        aria-activedescendant={chosen && `${id}-${chosen.userId}`}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        placeholder={t('assign.find')}
        aria-label={t('assign.find')}
        maxLength={100}
        leftSection={<IconSearch size={15} aria-hidden />}
      />
      <div className={classes.people} id={id} role="listbox" aria-label={t('assign.people')} ref={list}>
        {found.map((one) => (
          <Person
            key={one.userId}
            of={one}
            id={`${id}-${one.userId}`}
            chosen={one === chosen}
            onChoose={() => setChosenId(one.userId)}
          />
        ))}
      </div>
      {people.isPending && <LoadingState rows={5} />}
      {people.isError && <ErrorState error={people.error} onRetry={() => void people.refetch()} />}
      {people.isSuccess &&
        found.length === 0 &&
        (may.length > 0 ? (
          <EmptyState title={t('common:empty.search')} text={t('assign.noneFound')} />
        ) : (
          <EmptyState title={t('assign.nobody')} text={t('assign.nobodyText')} />
        ))}
      <Button type="submit" mt="md" fullWidth loading={busy} disabled={!chosen}>
        {chosen ? t('assign.to', { name: chosen.name }) : t('assign.choose')}
      </Button>
    </form>
  );
}

function Person(props: { of: QueueOwner; id: string; chosen: boolean; onChoose: () => void }) {
  const { of, id, chosen, onChoose } = props;
  const { t } = useTranslation('mail');
  return (
    // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the focus stays in the field, which hears the keys
    <div
      role="option"
      id={id}
      aria-selected={chosen}
      className={classes.person}
      data-person={of.userId}
      onClick={onChoose}
    >
      <Avatar name={of.name} size={28} />
      <span className={classes.words}>
        <span className={classes.name} translate="no">
          {of.name}
        </span>
        <span className={classes.soft}>{of.team}</span>
      </span>
      <span className={`${classes.soft} ${classes.count} num`}>
        {t('assign.inQueue', { count: of.count })}
        {of.overdue > 0 && <b className={classes.late}>{t('assign.late', { count: of.overdue })}</b>}
      </span>
    </div>
  );
}
