import {
  IconDeviceFloppy,
  IconHandStop,
  IconLink,
  IconPin,
  IconPinnedOff,
  IconTrash,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { profileQuery } from '@/shared/api/profile';
import type { Segment } from '@/shared/live/entities';
import type { Action } from '@/shared/ui/actions/action';
import { useActions } from '@/shared/ui/actions/registry';
import { failed } from '@/shared/ui/failed';
import { type CaseView, flagCase, pinCase, readCaseAgain } from '../../api/cases';
import { saveAll } from '../../api/drafts';
import { leaveFields } from '../../api/fields';
import { park } from '../../api/mails';
import { useCopyLink } from '../useCopyLink';

/** What can be done with the mail in focus beside what every contact offers. */
export function useMailActions(
  segment: Segment,
  about: CaseView | undefined,
  onDelete: () => void,
): Action[] {
  const { t } = useTranslation('mail');
  const tab = useQuery(profileQuery).data?.pinnedTab ?? false;
  const copyLink = useCopyLink();
  const actions = useMemo(() => {
    const group = t('work.group');
    const flagged = Boolean(about?.flaggedBy);
    const pinned = about?.abilities?.includes('unpin') ?? false;
    const may = (ability: string) => about?.abilities?.includes(ability) ?? false;
    return [
      {
        id: 'mail.flag',
        label: t(flagged ? 'work.unflag' : 'work.flag'),
        icon: IconHandStop,
        group,
        lit: flagged,
        allowed: may('flag'),
        perform: () => {
          if (!about) return;
          flagCase(about.id, !flagged)
            .then(() => readCaseAgain(about.id))
            .catch(failed);
        },
      },
      {
        id: 'mail.pin',
        label: t(pinned ? 'work.unpin' : 'work.pin'),
        icon: pinned ? IconPinnedOff : IconPin,
        group,
        lit: pinned,
        allowed: pinned || (tab && may('pin')),
        perform: () => {
          if (!about) return;
          pinCase(about.id, !pinned)
            .then(() => readCaseAgain(about.id))
            .catch(failed);
        },
      },
      {
        id: 'mail.link',
        label: t('link.copy'),
        icon: IconLink,
        group,
        allowed: about !== undefined,
        perform: () => about && copyLink(about.id),
      },
      {
        id: 'mail.delete',
        label: t('bin.deleteCase'),
        icon: IconTrash,
        group,
        allowed: may('delete'),
        perform: onDelete,
      },
      {
        id: 'mail.park',
        label: t('work.park'),
        icon: IconDeviceFloppy,
        shortcut: 'Ctrl+KeyS',
        group,
        allowed: segment.abilities.includes('park'),
        perform: () => {
          leaveFields(about?.id ?? '')
            .then((kept) => (kept ? saveAll(segment.id).then(() => park(segment.id)) : undefined))
            .catch(failed);
        },
      },
    ] satisfies Action[];
  }, [t, about, segment, tab, onDelete, copyLink]);
  useActions(actions);
  return actions;
}
