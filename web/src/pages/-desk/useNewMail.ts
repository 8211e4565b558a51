import { IconMailPlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useComposing } from '@/features/mail/api/composing';
import { useActions } from '@/shared/ui/actions/registry';

/** «Новый email»: for the palette and the keyboard, wherever the agent is on the desk. */
export function useNewMail(allowed: boolean): void {
  const { t } = useTranslation('desk');
  useActions(
    useMemo(
      () => [
        {
          id: 'mail.new',
          label: t('newMail'),
          icon: IconMailPlus,
          shortcut: 'Alt+Shift+KeyE',
          group: t('group'),
          allowed,
          perform: () => useComposing.setState({ opened: true }),
        },
      ],
      [allowed, t],
    ),
  );
}
