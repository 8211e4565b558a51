import { useTranslation } from 'react-i18next';
import type { MailFile } from '../api/cases';

const REASONS = ['away', 'too_large'] as const;

/** Why a file does not open, in words. */
export function useCheckWords(): (file: Pick<MailFile, 'check' | 'checkWords'>) => string {
  const { t } = useTranslation('mail');
  return ({ check, checkWords }) => {
    if (check === 'infected') return t('mail.check.infected', { name: checkWords });
    if (!checkWords) return t('mail.check.waiting');
    return t(`mail.check.${REASONS.find((one) => one === checkWords) ?? 'failed'}`);
  };
}
