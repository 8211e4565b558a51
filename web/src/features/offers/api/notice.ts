import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { teamQuery } from '@/shared/api/team';
import { startRinging, stopRinging } from '@/shared/lib/sound';
import type { Offer } from '@/shared/live/entities';

// So long a call that answers itself has time to do so in silence.
const ALONE_WITHIN = 3_000;

/** Rings while there is something to answer by hand (D-12, V-5), where the team has it (M-3). */
export function useRinging(all: readonly Offer[]): void {
  const { data } = useQuery(teamQuery);
  const offers = all.filter((offer) => data?.sounds[offer.kind === 'email' ? 'email' : 'offer'] ?? true);
  const byHand = offers.some((offer) => !offer.autoAnswer);
  const alone = byHand ? '' : offers.map((offer) => `${offer.segmentId} ${offer.openedAt}`).join();
  useEffect(() => {
    if (byHand) startRinging();
    const late = alone ? setTimeout(startRinging, ALONE_WITHIN) : undefined;
    return () => {
      clearTimeout(late);
      stopRinging();
    };
  }, [byHand, alone]);
}

/** The system's own notification, for when another tab or program is in front. */
export function useSystemNotice(id: string | undefined, title: string, text: string): void {
  useEffect(() => {
    if (!id || !document.hidden || !('Notification' in window) || Notification.permission !== 'granted')
      return undefined;
    const notice = new Notification(title, { body: text, tag: id, requireInteraction: true });
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
    return () => notice.close();
  }, [id, title, text]);
}

/** Title and icon of the tab: what is offered, else how much is unread. */
export function useTabBadge(offered: string | undefined, unread: number): void {
  useEffect(() => {
    const count = unread > 0 ? `(${unread}) ` : '';
    document.title = offered ? `● ${offered}` : `${count}Parley`;
    icon(offered !== undefined || unread > 0);
  }, [offered, unread]);
  useEffect(
    () => () => {
      document.title = 'Parley';
      icon(false);
    },
    [],
  );
}

function icon(alert: boolean): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const wanted = alert ? '/icon-alert.svg' : '/icon.svg';
  if (link && link.getAttribute('href') !== wanted) link.href = wanted;
}
