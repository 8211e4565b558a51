import { useEffect } from 'react';
import { startRinging, stopRinging } from '@/shared/lib/sound';

/** Rings while there is something to answer (D-12). */
export function useRinging(on: boolean): void {
  useEffect(() => {
    if (!on) return undefined;
    startRinging();
    return stopRinging;
  }, [on]);
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
