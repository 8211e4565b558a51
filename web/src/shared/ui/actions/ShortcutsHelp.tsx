import { IconKeyboard } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { later } from '../later';
import { useActions } from './registry';

const ShortcutsWindow = later(async () => (await import('./ShortcutsWindow')).ShortcutsWindow);

/** Lets «?» open the list of shortcuts outside text fields. */
export function ShortcutsHelp() {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  useActions(
    useMemo(
      () => [
        {
          id: 'shortcuts.open',
          label: t('shortcuts.title'),
          icon: IconKeyboard,
          shortcut: 'Shift+Slash',
          group: t('shortcuts.general'),
          allowed: true,
          perform: () => setOpened(true),
        },
      ],
      [t],
    ),
  );
  return <ShortcutsWindow opened={opened} onClose={() => setOpened(false)} />;
}
