import { Button, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormSection } from '@/shared/ui/admin/EntityForm';
import { failed } from '@/shared/ui/failed';
import { toast } from '@/shared/ui/toasts';
import type { Kind } from '../api/entities';
import { setPassword, type Thing } from '../api/store';
import classes from './admin.module.css';
import { Deliveries } from './Deliveries';
import type { Form } from './FieldInput';
import { HolidaysImport } from './HolidaysImport';
import { AccountTest, MailboxState } from './MailboxState';
import { may } from './names';
import { PromptSound } from './PromptSound';
import { RenewEntryKey, RenewSecret } from './Renew';
import { Copy } from './SecretWindow';
import { TenantActs } from './TenantActs';
import { TrunkState } from './TrunkState';
import { TrunkTest } from './TrunkTest';

export interface ExtrasProps {
  kind: Kind;
  thing?: Thing;
  form: Form;
  onSecret: (secret: string) => void;
  /** The thing is not what it was, or not there any more. */
  onGone: () => void;
}

/** What some kinds have besides their fields. */
export function Extras({ kind, thing, form, onSecret, onGone }: ExtrasProps) {
  if (!thing) return kind.id === 'users' ? <FirstPassword form={form} /> : null;
  switch (kind.id) {
    case 'users':
      return may(thing, 'password') && <NewPassword user={thing} />;
    case 'entries':
      return (
        <>
          <ScriptTag entry={thing} script="widget.js" />
          {may(thing, 'edit') && <RenewEntryKey entry={thing} onDone={onGone} />}
        </>
      );
    case 'call-buttons':
      return (
        <>
          <ScriptTag entry={thing} script="call.js" />
          {may(thing, 'edit') && <RenewEntryKey entry={thing} onDone={onGone} />}
        </>
      );
    case 'mailboxes':
      return <MailboxState mailbox={thing} />;
    case 'trunks':
      return (
        <>
          <TrunkState trunk={thing} />
          {may(thing, 'edit') && <TrunkTest trunk={thing} />}
        </>
      );
    case 'prompts':
      return may(thing, 'edit') && <PromptSound prompt={thing} onDone={onGone} />;
    case 'calendars':
      return may(thing, 'edit') && <HolidaysImport calendar={thing} onDone={onGone} />;
    case 'webhooks':
      return (
        <>
          <RenewSecret kind="webhooks" thing={thing} onSecret={onSecret} />
          <Deliveries webhook={thing} />
        </>
      );
    case 'api-keys':
      return <RenewSecret kind="api-keys" thing={thing} onSecret={onSecret} />;
    case 'tenants':
      return <TenantActs tenant={thing} onDone={onGone} />;
    default:
      return null;
  }
}

/** What stands below the fields of one part of a form. */
export function SectionExtras({ kind, section, thing }: { kind: Kind; section: string; thing?: Thing }) {
  if (kind.id !== 'mailboxes' || !thing || !may(thing, 'edit')) return null;
  return section === 'imap' || section === 'relay' ? <AccountTest mailbox={thing} side={section} /> : null;
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

function ScriptTag({ entry, script }: { entry: Thing; script: 'widget.js' | 'call.js' }) {
  const { t } = useTranslation('admin');
  const tag = `<script src="${location.origin}/${script}" data-key="${String(entry.key)}" async></script>`;
  return (
    <FormSection title={t('script.title')}>
      <p>{t(script === 'call.js' ? 'script.callText' : 'script.text')}</p>
      <p className={classes.code}>{tag}</p>
      <Copy text={tag} />
    </FormSection>
  );
}
