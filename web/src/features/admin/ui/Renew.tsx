import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormSection } from '@/shared/ui/admin/EntityForm';
import { DecisionWindow } from '@/shared/ui/DecisionWindow';
import { failed } from '@/shared/ui/failed';
import { toast } from '@/shared/ui/toasts';
import type { Thing } from '../api/store';
import { renewEntryKey, renewSecret } from '../api/verbs';

/** A new public key of a widget: the old one stops at once, so it is asked about. */
export function RenewEntryKey({ entry, onDone }: { entry: Thing; onDone: () => void }) {
  const { t } = useTranslation('admin');
  return (
    <Renew
      title={t('renew.entryTitle')}
      about={t('renew.entryText')}
      button={t('renew.key')}
      perform={async () => {
        await renewEntryKey(entry.id, entry.version);
        toast({ tone: 'good', title: t('renew.done') });
        onDone();
      }}
    />
  );
}

/** A new secret of a webhook or an API key, shown this once. */
export function RenewSecret({
  kind,
  thing,
  onSecret,
}: {
  kind: 'webhooks' | 'api-keys';
  thing: Thing;
  onSecret: (secret: string) => void;
}) {
  const { t } = useTranslation('admin');
  return (
    <Renew
      title={t('renew.secretTitle')}
      about={t(kind === 'webhooks' ? 'renew.webhookText' : 'renew.apiKeyText')}
      button={t('renew.secret')}
      perform={async () => onSecret(await renewSecret(kind, thing.id))}
    />
  );
}

function Renew(props: { title: string; about: string; button: string; perform: () => Promise<void> }) {
  const { t } = useTranslation('common');
  const [asking, setAsking] = useState(false);
  const renew = () =>
    props
      .perform()
      .catch(failed)
      .finally(() => setAsking(false));
  return (
    <FormSection title={props.title}>
      <p>{props.about}</p>
      <Button variant="default" onClick={() => setAsking(true)}>
        {props.button}
      </Button>
      <DecisionWindow
        opened={asking}
        title={props.button}
        onClose={() => setAsking(false)}
        decisions={[
          { id: 'no', label: t('action.cancel'), kind: 'plain', onChoose: () => setAsking(false) },
          { id: 'yes', label: props.button, kind: 'danger', onChoose: renew },
        ]}
      >
        <p>{props.about}</p>
      </DecisionWindow>
    </FormSection>
  );
}
