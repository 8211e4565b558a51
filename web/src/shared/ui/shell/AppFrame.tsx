import { IconEyeCheck, IconHeadset, IconListSearch, IconSettings } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Rail, type RailItem } from './Rail';
import { Shell } from './Shell';
import { StatusBar } from './StatusBar';

/** The pages of Parley and which privileges open them; an empty list opens to everybody. */
const PAGES = [
  { id: 'desk', to: '/agentdesktop', icon: IconHeadset, needs: ['handle.', 'supervise.live'] },
  { id: 'supervise', to: '/supervise', icon: IconEyeCheck, needs: ['supervise.live'] },
  { id: 'records', to: '/records', icon: IconListSearch, needs: ['records.view', 'supervise.reports'] },
  { id: 'admin', to: '/admin', icon: IconSettings, needs: ['system.', 'services.', 'security.'] },
] as const;

export type PageId = (typeof PAGES)[number]['id'];

/** The pages somebody may open, for the rail. */
function usePages(privileges: readonly string[], open: PageId): RailItem[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return PAGES.filter((page) =>
    page.needs.some((need) => privileges.some((one) => one.startsWith(need))),
  ).map((page) => ({
    id: page.id,
    label: t(`page.${page.id}`),
    icon: page.icon,
    active: page.id === open,
    onSelect: () => void navigate({ to: page.to as '/supervise' }),
  }));
}

export interface AppFrameProps {
  page: PageId;
  privileges: readonly string[];
  banners?: ReactNode;
  /** Block 1 of the status bar; without one the page's name stands there. */
  state?: ReactNode;
  figures?: ReactNode;
  tools: ReactNode;
  offers?: ReactNode;
  children: ReactNode;
}

/** Frame of the pages beside the agent's desk: the same bar on top, and a rail that leads from page to page. */
export function AppFrame({ page, privileges, state, figures, children, ...rest }: AppFrameProps) {
  const { t } = useTranslation();
  const pages = usePages(privileges, page);
  return (
    <Shell
      banners={rest.banners}
      statusBar={
        <StatusBar state={state ?? <b>{t(`page.${page}`)}</b>} figures={figures} tools={rest.tools} />
      }
      rail={<Rail items={pages} />}
      offers={rest.offers}
      main={children}
    />
  );
}
