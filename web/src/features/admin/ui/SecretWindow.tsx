import { Button, CopyButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DecisionWindow } from '@/shared/ui/DecisionWindow';
import classes from './admin.module.css';

/** A secret that is shown this once. */
export function SecretWindow({ secret, onClose }: { secret: string | null; onClose: () => void }) {
  const { t } = useTranslation(['admin', 'common']);
  return (
    <DecisionWindow
      opened={secret !== null}
      title={t('secret.title')}
      decisions={[{ id: 'ok', label: t('common:action.ok'), kind: 'main', onChoose: onClose }]}
    >
      <p>{t('secret.text')}</p>
      <p className={classes.code}>{secret}</p>
      <Copy text={secret ?? ''} />
    </DecisionWindow>
  );
}

/** A button that copies and says so; `label` says what, where there are several. */
export function Copy({ text, label }: { text: string; label?: string }) {
  const { t } = useTranslation(['admin', 'common']);
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button variant="default" onClick={copy}>
          {copied ? t('copied') : (label ?? t('common:action.copy'))}
        </Button>
      )}
    </CopyButton>
  );
}
