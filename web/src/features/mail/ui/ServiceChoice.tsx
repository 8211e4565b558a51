import { Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/shared/api/queries';
import { failed } from '@/shared/ui/failed';
import { type CaseView, MAIL_KEY, setCaseService } from '../api/cases';
import { beginAnew, saveAll } from '../api/drafts';
import { summaryQuery } from '../api/queue';
import quick from './quick.module.css';

/** The service of a case in hand: a click changes it for another one of the agent's (E-26). */
export function ServiceChoice({ of }: { of: CaseView }) {
  const { t } = useTranslation('mail');
  const services = useQuery(summaryQuery).data?.services ?? [];
  const set = async (serviceId: string) => {
    if (serviceId === of.serviceId) return;
    try {
      const { segmentId = '' } = of;
      await saveAll(segmentId);
      await setCaseService(of.id, serviceId);
      beginAnew(segmentId);
    } catch (error) {
      failed(error);
    } finally {
      void queryClient.invalidateQueries({ queryKey: MAIL_KEY });
    }
  };
  return (
    <Menu position="bottom-start" shadow="md">
      <Menu.Target>
        <button type="button" className={quick.target} aria-label={t('service.of', { name: of.serviceName })}>
          {of.serviceName}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('service.change')}</Menu.Label>
        {services.map((one) => (
          <Menu.Item
            key={one.id}
            disabled={one.id === of.serviceId}
            onClick={() => void set(one.id)}
            translate="no"
          >
            {one.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
