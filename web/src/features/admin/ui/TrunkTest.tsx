import { useTranslation } from 'react-i18next';
import { FormSection } from '@/shared/ui/admin/EntityForm';
import type { Thing } from '../api/store';
import { testTrunk } from '../api/voice';
import { ExchangeTest } from './ExchangeTest';

/** Asks a trunk whether it is there, and shows what was said (M-30). */
export function TrunkTest({ trunk }: { trunk: Thing }) {
  const { t } = useTranslation('admin');
  return (
    <FormSection title={t('trunk.test')}>
      <p>{t('trunk.text')}</p>
      <ExchangeTest
        button={t('trunk.button')}
        ok={t('trunk.ok')}
        bad={t('trunk.bad')}
        disabled={!trunk.host}
        said={(reason, detail) => t(`unanswered.${reason}`, { detail })}
        perform={() => testTrunk(trunk.id)}
      />
    </FormSection>
  );
}
