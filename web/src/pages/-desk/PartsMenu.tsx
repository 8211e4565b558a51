import { ActionIcon, Menu } from '@mantine/core';
import { IconShield, IconUsersGroup } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Me } from '@/features/signin/api/session';
import { pictureUrl } from '@/shared/lib/pictures';
import { Avatar } from '@/shared/ui/Avatar';

/** The other parts of Parley that this person may enter. */
export function PartsMenu({ me }: { me: Me }) {
  const { t } = useTranslation('desk');
  const may = (part: string) => me.privileges?.some((one) => one.startsWith(part)) ?? false;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={t('parts')}>
          <Avatar name={me.user.name} photo={pictureUrl(me.user.photoFileId)} size={24} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.user.name}</Menu.Label>
        {may('supervise.live') && (
          <Menu.Item component="a" href="/supervise" leftSection={<IconUsersGroup size={16} aria-hidden />}>
            {t('supervise')}
          </Menu.Item>
        )}
        {may('system.') && (
          <Menu.Item component="a" href="/admin" leftSection={<IconShield size={16} aria-hidden />}>
            {t('admin')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
