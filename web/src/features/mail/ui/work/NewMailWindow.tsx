import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { focusOnArrival } from '@/shared/live/focus';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { failed } from '@/shared/ui/failed';
import { LoadingState } from '@/shared/ui/LoadingState';
import { Window } from '@/shared/ui/Window';
import type { Receiver } from '../../api/addresses';
import { shownAddress } from '../../api/cases';
import { useComposing } from '../../api/composing';
import { newMail, setDraft } from '../../api/mails';
import { summaryQuery } from '../../api/queue';
import classes from './work.module.css';

const close = () => useComposing.setState({ opened: false, to: [] });

/** Asks for which service a new mail is written, and begins it (E-32). */
export function NewMailWindow() {
  const { t } = useTranslation(['mail', 'common']);
  const { opened, to } = useComposing();
  return (
    <Window
      opened={opened}
      onClose={close}
      title={t('work.newMail')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
      size="24rem"
    >
      {opened && <Choice to={to} />}
    </Window>
  );
}

function Choice({ to }: { to: Receiver[] }) {
  const { t } = useTranslation(['mail', 'common']);
  const found = useQuery(summaryQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  if (found.isPending) return <LoadingState rows={2} />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  const services = found.data.services ?? [];
  if (services.length === 0) return <EmptyState title={t('work.noService')} text={t('work.noServiceText')} />;
  const serviceId = chosen ?? services[0]?.id ?? '';
  const begin = async () => {
    setBusy(true);
    try {
      const draft = await newMail(serviceId, to);
      close(); // before the form is there: whoever types has it
      if (draft.segmentId) {
        setDraft(draft.segmentId, draft);
        focusOnArrival(draft.segmentId);
      }
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className={classes.choice}
      onSubmit={(event) => {
        event.preventDefault();
        void begin();
      }}
    >
      {to.length > 0 && (
        <p className={classes.service}>
          {t('work.field.to')}: <span translate="no">{to.map(shownAddress).join(', ')}</span>
        </p>
      )}
      <Select
        data-autofocus
        autoFocus
        openOnFocus={false}
        label={t('work.service')}
        searchable
        allowDeselect={false}
        data={services.map((one) => ({ value: one.id, label: one.name }))}
        value={serviceId}
        onChange={setChosen}
      />
      <Button type="submit" loading={busy}>
        {t('work.write')}
      </Button>
    </form>
  );
}
