import { ActionIcon } from '@mantine/core';
import { IconLogout, IconSearch, IconSettings } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Me, signOut } from '@/features/signin/api/session';
import { leaveShift } from '@/features/state/api/state';
import { wordsOf } from '@/shared/i18n/i18n';
import { disconnectDesk, useLive } from '@/shared/live/live';
import { ActionButton } from '@/shared/ui/actions/ActionButton';
import { useActions } from '@/shared/ui/actions/registry';
import { failed } from '@/shared/ui/failed';
import { later } from '@/shared/ui/later';

const place = <ActionIcon disabled variant="transparent" aria-hidden />;
const HelpMenu = later(() => import('./HelpMenu').then((file) => file.HelpMenu), place);
const PartsMenu = later(() => import('./PartsMenu').then((file) => file.PartsMenu), place);
const SignOutWindow = later(() =>
  import('@/features/state/ui/SignOutWindow').then((file) => file.SignOutWindow),
);
const SettingsWindow = later(async () => {
  const [file] = await Promise.all([import('@/features/settings/ui/SettingsWindow'), wordsOf('settings')]);
  return file.SettingsWindow;
});

interface ToolsProps {
  me: Me;
  /** Opens the search over contacts; left out where there is none. */
  onSearch?: () => void;
}

/** Block 4 of the status bar: search, help, settings, other parts of Parley, sign-out (D-4). */
export function Tools({ me, onSearch }: ToolsProps) {
  const { t } = useTranslation(['desk', 'state', 'common']);
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const [settings, setSettings] = useState(false);
  const inHand = useLive((live) => Object.keys(live.segments).length > 0);
  const onFloor = useLive((live) => live.agent !== null);
  const may = (part: string) => me.privileges?.some((one) => one.startsWith(part)) ?? false;

  // With contacts in hand the floor signs out when the last one is finished (decision 7).
  const leave = async () => {
    try {
      if (onFloor) await leaveShift();
      if (inHand) return;
      disconnectDesk();
      await signOut();
      await router.navigate({ to: '/login' });
    } catch (error) {
      failed(error);
    }
  };
  const actions = useMemo(
    () => ({
      search: {
        id: 'contacts.search',
        label: t('search'),
        icon: IconSearch,
        shortcut: 'Alt+Shift+KeyF',
        group: t('group'),
        allowed: onSearch !== undefined,
        perform: () => onSearch?.(),
      },
      settings: {
        id: 'settings.open',
        label: t('settings'),
        icon: IconSettings,
        shortcut: 'Ctrl+Comma',
        group: t('common:shortcuts.general'),
        allowed: true,
        perform: () => setSettings(true),
      },
      out: {
        id: 'session.out',
        label: t('state:signOut.action'),
        icon: IconLogout,
        group: t('common:shortcuts.general'),
        allowed: true,
        perform: () => setAsking(true),
      },
    }),
    [t, onSearch],
  );
  useActions(useMemo(() => Object.values(actions), [actions]));

  return (
    <>
      {onSearch && <ActionButton action={actions.search} compact variant="subtle" />}
      <HelpMenu />
      <ActionButton action={actions.settings} compact variant="subtle" />
      {(may('supervise.live') || may('system.')) && <PartsMenu me={me} />}
      <ActionButton action={actions.out} compact variant="subtle" />
      <SignOutWindow opened={asking} onClose={() => setAsking(false)} onLeave={leave} />
      <SettingsWindow
        calls={may('handle.voice')}
        mails={may('handle.email')}
        opened={settings}
        onClose={() => setSettings(false)}
      />
    </>
  );
}
