import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconExternalLink, IconHelp, IconKeyboard } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { teamQuery } from '@/shared/api/team';

/** Help (D-4, P-34): the list of shortcuts, and what the administrator put there for the team, in new tabs. */
export function HelpMenu() {
  const { t } = useTranslation(['desk', 'common']);
  const links = useQuery(teamQuery).data?.helpLinks ?? [];
  const shortcuts = () => dispatchEvent(new KeyboardEvent('keydown', { code: 'Slash', shiftKey: true }));
  return (
    <Menu
      position="bottom-end"
      width="target"
      styles={{ dropdown: { minWidth: '15rem', maxWidth: '22rem' } }}
    >
      <Menu.Target>
        <Tooltip label={t('help')}>
          <ActionIcon aria-label={t('help')}>
            <IconHelp size={18} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {links.map((link) => (
          <Menu.Item
            key={`${link.url} ${link.title}`}
            component="a"
            href={link.url}
            target="_blank"
            rel="noopener noreferrer"
            leftSection={<IconExternalLink size={16} aria-hidden />}
          >
            {link.title}
          </Menu.Item>
        ))}
        {links.length > 0 && <Menu.Divider />}
        <Menu.Item
          onClick={shortcuts}
          leftSection={<IconKeyboard size={16} aria-hidden />}
          rightSection={<kbd>?</kbd>}
        >
          {t('common:shortcuts.title')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
