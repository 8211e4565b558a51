import { IconSearch } from '@tabler/icons-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { inIdleTime } from '@/shared/lib/idle';
import { useActions } from './registry';

const load = () => import('./PaletteWindow');
const PaletteWindow = lazy(load);
inIdleTime(load);

/** Everything that can be done now, by typing a part of its name (Ctrl+K). */
export function Palette() {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(0);
  useActions(
    useMemo(
      () => [
        {
          id: 'palette.open',
          label: t('shortcuts.palette'),
          icon: IconSearch,
          shortcut: 'Ctrl+KeyK',
          group: t('shortcuts.general'),
          allowed: true,
          perform: () => setAsked((times) => times + 1),
        },
      ],
      [t],
    ),
  );
  if (asked === 0) return null;
  return (
    <Suspense fallback={null}>
      <PaletteWindow asked={asked} />
    </Suspense>
  );
}
