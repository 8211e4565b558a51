import { Button, Textarea, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/shared/api/errors';
import { useLive } from '@/shared/live/live';
import { failed } from '@/shared/ui/failed';
import { toast } from '@/shared/ui/toasts';
import { Window } from '@/shared/ui/Window';
import { invite, transferTo } from '../api/segments';
import classes from './interactions.module.css';
import { type Target, Targets } from './Targets';
import { useHandOver } from './useSegmentActions';

/** Hands a contact on to a service or a person, or asks a colleague to join it (C-12). */
export function HandOverWindow() {
  const { t } = useTranslation(['interactions', 'common']);
  const { segmentId, mode } = useHandOver();
  const segment = useLive((live) => live.segments[segmentId]);
  const opened = segment?.state === 'active' && segmentId !== '';
  const close = () => useHandOver.setState({ segmentId: '' });
  return (
    <Window
      opened={opened}
      onClose={close}
      title={t(mode)}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
      size="28rem"
    >
      {opened && (
        <HandOver
          segmentId={segmentId}
          kind={segment.kind}
          mode={mode}
          numbers={mode === 'transfer' && segment.abilities.includes('transfer_number')}
          onDone={close}
        />
      )}
    </Window>
  );
}

function HandOver({
  segmentId,
  kind,
  mode,
  numbers,
  onDone,
}: {
  segmentId: string;
  kind: string;
  mode: 'transfer' | 'invite';
  /** A telephone number may be typed as well. */
  numbers: boolean;
  onDone: () => void;
}) {
  const { t } = useTranslation(['interactions', 'common']);
  const [search, setSearch] = useState('');
  const [note, setNote] = useState('');
  const [target, setTarget] = useState<Target | null>(null);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState(false);
  const number = numbers ? numberIn(search) : '';
  const find = numbers ? t('findTargetOrNumber') : t('findTarget');

  const type = (text: string) => {
    setSearch(text);
    setWrong(false);
    const typed = numbers ? numberIn(text) : '';
    if (typed) setTarget({ id: typed, name: typed, kind: 'number' });
    else if (target?.kind === 'number') setTarget(null);
  };
  const go = async (chosen: Target | null) => {
    if (!chosen || busy) return;
    setBusy(true);
    try {
      if (mode === 'invite') {
        await invite(segmentId, chosen.id);
        toast({ title: t('invited', { name: chosen.name }) });
      } else {
        await transferTo(
          segmentId,
          chosen.kind === 'service'
            ? { serviceId: chosen.id }
            : chosen.kind === 'person'
              ? { userId: chosen.id }
              : { number: chosen.id },
          note.trim(),
        );
        toast({ title: t('transferred', { name: chosen.name }) });
      }
      onDone();
    } catch (error) {
      if (error instanceof ApiError && error.problem.field === 'number') setWrong(true);
      else failed(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      className={classes.handOver}
      onSubmit={(event) => {
        event.preventDefault();
        void go(target);
      }}
    >
      <TextInput
        data-autofocus
        value={search}
        onChange={(event) => type(event.currentTarget.value)}
        placeholder={find}
        aria-label={find}
        error={wrong && t('wrongNumber')}
        leftSection={<IconSearch size={15} aria-hidden />}
      />
      <Targets
        kind={kind}
        search={search}
        number={number}
        people={mode === 'invite'}
        chosen={target}
        onChoose={setTarget}
      />
      {mode === 'transfer' && (
        <Textarea
          mt="sm"
          label={t('note')}
          autosize
          minRows={2}
          maxRows={5}
          maxLength={1000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      )}
      <Button type="submit" mt="md" fullWidth loading={busy} disabled={!target}>
        {target
          ? t(mode === 'invite' ? 'inviteWhom' : 'transferTo', { name: target.name })
          : t('chooseTarget')}
      </Button>
    </form>
  );
}

/** What was typed, when it can only be meant as a telephone number. */
function numberIn(text: string): string {
  const typed = text.trim();
  return /^\+?[\d\s().‑–-]+$/.test(typed) && typed.replace(/\D/g, '').length > 1 ? typed : '';
}
