import { Button, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormSection } from '@/shared/ui/admin/EntityForm';
import { failed } from '@/shared/ui/failed';
import { toast } from '@/shared/ui/toasts';
import type { Kind } from '../api/entities';
import { setPassword, type Thing } from '../api/store';
import classes from './admin.module.css';
import type { Form } from './FieldInput';
import { Copy } from './SecretWindow';

/** What some kinds have besides their fields. */
export function Extras({ kind, thing, form }: { kind: Kind; thing?: Thing; form: Form }) {
  if (kind.id === 'users') return thing ? <NewPassword user={thing} /> : <FirstPassword form={form} />;
  if (kind.id === 'entries' && thing) return <ScriptTag entry={thing} />;
  return null;
}

function FirstPassword({ form }: { form: Form }) {
  const { t } = useTranslation('admin');
  return (
    <FormSection title={t('password.title')}>
      <PasswordInput
        label={t('password.first')}
        description={t('password.policy')}
        autoComplete="new-password"
        required
        {...form.getInputProps('password')}
      />
    </FormSection>
  );
}

function NewPassword({ user }: { user: Thing }) {
  const { t } = useTranslation('admin');
  const [password, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const set = async () => {
    setBusy(true);
    try {
      await setPassword(user.id, password);
      setText('');
      toast({ tone: 'good', title: t('password.done') });
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <FormSection title={t('password.title')}>
      <PasswordInput
        label={t('password.fresh')}
        description={t('password.policy')}
        autoComplete="new-password"
        value={password}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button variant="default" loading={busy} disabled={!password} onClick={() => void set()}>
        {t('password.set')}
      </Button>
    </FormSection>
  );
}

function ScriptTag({ entry }: { entry: Thing }) {
  const { t } = useTranslation('admin');
  const tag = `<script src="${location.origin}/widget.js" data-key="${String(entry.key)}" async></script>`;
  return (
    <FormSection title={t('script.title')}>
      <p>{t('script.text')}</p>
      <p className={classes.code}>{tag}</p>
      <Copy text={tag} />
    </FormSection>
  );
}
