import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormSection } from '@/shared/ui/admin/EntityForm';
import { DecisionWindow } from '@/shared/ui/DecisionWindow';
import { failed } from '@/shared/ui/failed';
import { toast } from '@/shared/ui/toasts';
import type { Thing } from '../api/store';
import { deleteTenant, resumeTenant, suspendTenant } from '../api/verbs';
import { may } from './names';

/** What the operator of the installation does with a contact centre besides editing it (M-40). */
export function TenantActs({ tenant, onDone }: { tenant: Thing; onDone: () => void }) {
  const { t } = useTranslation(['admin', 'common']);
  const [asking, setAsking] = useState<'suspend' | 'delete' | null>(null);
  const [typed, setTyped] = useState('');
  const name = String(tenant.name);
  const close = () => {
    setAsking(null);
    setTyped('');
  };
  const act = (perform: Promise<void>, said: string) =>
    perform
      .then(() => {
        toast({ tone: 'good', title: said });
        close();
        onDone();
      })
      .catch(failed);
  return (
    <FormSection title={t('tenant.title')}>
      <p>{t(`tenant.${tenant.status as 'active' | 'suspended' | 'deleting'}`)}</p>
      <Group gap="xs">
        {may(tenant, 'export') && (
          <Button variant="default" component="a" href={`/api/tenants/${tenant.id}/export`} download>
            {t('tenant.export')}
          </Button>
        )}
        {may(tenant, 'suspend') && (
          <Button variant="default" onClick={() => setAsking('suspend')}>
            {t('tenant.suspend')}
          </Button>
        )}
        {may(tenant, 'resume') && (
          <Button
            variant="default"
            onClick={() => void act(resumeTenant(tenant.id), t('tenant.resumed', { name }))}
          >
            {t('tenant.resume')}
          </Button>
        )}
        {may(tenant, 'delete') && (
          <Button variant="outline" color="red" onClick={() => setAsking('delete')}>
            {t('tenant.delete')}
          </Button>
        )}
      </Group>
      <DecisionWindow
        opened={asking === 'suspend'}
        title={t('tenant.suspendTitle', { name })}
        onClose={close}
        decisions={[
          { id: 'no', label: t('common:action.cancel'), kind: 'plain', onChoose: close },
          {
            id: 'yes',
            label: t('tenant.suspend'),
            kind: 'danger',
            onChoose: () => act(suspendTenant(tenant.id), t('tenant.suspendedNow', { name })),
          },
        ]}
      >
        <p>{t('tenant.suspendText')}</p>
      </DecisionWindow>
      <DecisionWindow
        opened={asking === 'delete'}
        title={t('tenant.deleteTitle', { name })}
        onClose={close}
        decisions={[
          { id: 'no', label: t('common:action.cancel'), kind: 'plain', onChoose: close },
          {
            id: 'yes',
            label: t('tenant.delete'),
            kind: 'danger',
            onChoose: () => act(deleteTenant(tenant.id, typed), t('tenant.deleted', { name })),
          },
        ]}
      >
        <p>{t('tenant.deleteText')}</p>
        <TextInput
          label={t('tenant.confirm', { name })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </DecisionWindow>
    </FormSection>
  );
}
