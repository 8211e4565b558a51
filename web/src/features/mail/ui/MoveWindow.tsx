import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconFilePlus, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { failed } from '@/shared/ui/failed';
import { LoadingState } from '@/shared/ui/LoadingState';
import { toast } from '@/shared/ui/toasts';
import { Window } from '@/shared/ui/Window';
import { CASE_STATES, type MailView, shownAddress } from '../api/cases';
import { type CaseChoice, destinationsQuery, moveMail } from '../api/moving';
import { showCase } from '../api/opened';
import classes from './move.module.css';
import { useWhen } from './useWhen';

interface MoveWindowProps {
  mail: MailView;
  opened: boolean;
  onClose: () => void;
}

/** Where a mail goes that joined a wrong case: another case, found by its number or by words, or a new one (B-7). */
export function MoveWindow({ mail, opened, onClose }: MoveWindowProps) {
  const { t } = useTranslation(['mail', 'common']);
  return (
    <Window
      opened={opened}
      onClose={onClose}
      title={t('move.title')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
      size="34rem"
    >
      {opened && <Move mail={mail} onDone={onClose} />}
    </Window>
  );
}

/** The number of a case, or a new one. */
type Target = number | 'new';

function Move({ mail, onDone }: { mail: MailView; onDone: () => void }) {
  const { t } = useTranslation('mail');
  const [words, setWords] = useState('');
  const [target, setTarget] = useState<Target>();
  const [busy, setBusy] = useState(false);
  const move = async () => {
    if (!target || busy) return;
    setBusy(true);
    try {
      const there = await moveMail(mail.id, target === 'new' ? { new: true } : { number: target });
      toast({ tone: 'good', title: t('move.done', { number: there.number }) });
      onDone();
      showCase(there.caseId, there.number);
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void move();
      }}
    >
      <p className={classes.what}>
        <b translate="no">{mail.subject || t('row.noSubject')}</b>
        <span translate="no">{shownAddress(mail.from)}</span>
      </p>
      <Choice chosen={target === 'new'} onChoose={() => setTarget('new')}>
        <IconFilePlus size={20} stroke={1.6} aria-hidden />
        <span className={classes.words}>
          <b>{t('move.new')}</b>
        </span>
      </Choice>
      <TextInput
        data-autofocus
        mt="xs"
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        placeholder={t('move.find')}
        aria-label={t('move.find')}
        maxLength={200}
        leftSection={<IconSearch size={15} aria-hidden />}
      />
      <Found mailId={mail.id} words={words} target={target} onChoose={setTarget} />
      <p className={classes.note}>{t('move.note')}</p>
      <Button type="submit" fullWidth loading={busy} disabled={!target}>
        {target === undefined && t('move.choose')}
        {target === 'new' && t('move.toNew')}
        {typeof target === 'number' && t('move.to', { number: target })}
      </Button>
    </form>
  );
}

interface FoundProps {
  mailId: string;
  words: string;
  target: Target | undefined;
  onChoose: (number: number) => void;
}

function Found({ mailId, words, target, onChoose }: FoundProps) {
  const { t } = useTranslation(['mail', 'common']);
  const [q] = useDebouncedValue(words.trim(), 250);
  const found = useQuery({ ...destinationsQuery(mailId, q), placeholderData: keepPreviousData });
  if (found.isPending) return <LoadingState rows={3} />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  const list = found.data ?? [];
  return (
    <section
      className={classes.found}
      aria-label={q ? t('move.found') : t('move.ofSender')}
      aria-live="polite"
    >
      {!q && list.length > 0 && <h3 className={classes.group}>{t('move.ofSender')}</h3>}
      {list.map((one) => (
        <Choice key={one.id} chosen={target === one.number} onChoose={() => onChoose(one.number)}>
          <CaseWords of={one} />
        </Choice>
      ))}
      {list.length === 0 &&
        (q ? (
          <EmptyState title={t('common:empty.search')} text={t('move.noneFound')} />
        ) : (
          <EmptyState title={t('move.noneOfSender')} text={t('move.findHint')} />
        ))}
    </section>
  );
}

function CaseWords({ of }: { of: CaseChoice }) {
  const { t } = useTranslation('mail');
  const when = useWhen();
  const state = CASE_STATES.find((one) => one === of.state);
  return (
    <span className={classes.words}>
      <b>
        <span className="num">№ {of.number}</span>{' '}
        <span translate="no">{of.subject || t('row.noSubject')}</span>
      </b>
      <span className={classes.soft}>
        <span translate="no">{of.from.name || of.from.address}</span>
        {[state && t(`state.${state}`), of.serviceName, of.customerAt > 0 && when(of.customerAt, true)]
          .filter(Boolean)
          .map((one) => ` · ${one}`)}
      </span>
    </span>
  );
}

function Choice(props: { chosen: boolean; onChoose: () => void; children: ReactNode }) {
  return (
    <button type="button" className={classes.choice} aria-pressed={props.chosen} onClick={props.onChoose}>
      {props.children}
    </button>
  );
}
