import { Button } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { FormSection } from '@/shared/ui/admin/EntityForm';
import { failed } from '@/shared/ui/failed';
import type { Thing } from '../api/store';
import { testTrunk } from '../api/voice';
import classes from './admin.module.css';

/** Asks a trunk whether it is there, and shows what was said (M-30). */
export function TrunkTest({ trunk }: { trunk: Thing }) {
  const { t } = useTranslation('admin');
  const test = useMutation({ mutationFn: () => testTrunk(trunk.id), onError: failed });
  return (
    <FormSection title={t('trunk.test')}>
      <p>{t('trunk.text')}</p>
      <Button
        variant="default"
        leftSection={<IconPlugConnected size={16} aria-hidden />}
        loading={test.isPending}
        disabled={!trunk.host}
        onClick={() => test.mutate()}
      >
        {t('trunk.button')}
      </Button>
      {test.data && (
        <div role="status">
          <p>
            <b>{t(test.data.ok ? 'trunk.ok' : 'trunk.bad')}</b> {test.data.detail}
          </p>
          <pre className={classes.code} translate="no">
            {test.data.text}
          </pre>
        </div>
      )}
    </FormSection>
  );
}
