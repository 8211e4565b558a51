import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DecisionWindow } from '@/shared/ui/DecisionWindow';
import { failed } from '@/shared/ui/failed';
import { toast } from '@/shared/ui/toasts';
import classes from './admin.module.css';

interface MailActsProps {
  about: string;
  /** What was said of it, as it was said. */
  reason?: string;
  /** Where its bytes can be had. */
  raw?: string;
  retry?: () => Promise<void>;
  discard?: () => Promise<void>;
}

/** What stands below a mail that needs somebody, and what can be done with it. */
export function MailActs({ about, reason, raw, retry, discard }: MailActsProps) {
  const { t } = useTranslation(['admin', 'common']);
  const [asking, setAsking] = useState(false);
  const again = () =>
    retry?.()
      .then(() => toast({ tone: 'info', title: t('mails.retried') }))
      .catch(failed);
  return (
    <div className={classes.import}>
      <p>{about}</p>
      {reason && <pre className={classes.code}>{reason}</pre>}
      <Group gap="xs">
        {retry && <Button onClick={() => void again()}>{t('common:action.retry')}</Button>}
        {raw && (
          <Button component="a" variant="default" href={raw} download="mail.eml">
            {t('mails.raw')}
          </Button>
        )}
        {discard && (
          <Button variant="default" onClick={() => setAsking(true)}>
            {t('quarantine.discard')}
          </Button>
        )}
      </Group>
      <DecisionWindow
        opened={asking}
        title={t('mails.discardTitle')}
        onClose={() => setAsking(false)}
        decisions={[
          {
            id: 'no',
            label: t('common:action.cancel'),
            kind: 'plain',
            onChoose: () => setAsking(false),
          },
          {
            id: 'yes',
            label: t('quarantine.discard'),
            kind: 'danger',
            onChoose: () =>
              void discard?.()
                .catch(failed)
                .finally(() => setAsking(false)),
          },
        ]}
      >
        <p>{t('mails.discardText')}</p>
      </DecisionWindow>
    </div>
  );
}
