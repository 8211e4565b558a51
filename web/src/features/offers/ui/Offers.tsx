import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Offer } from '@/shared/live/entities';
import { useLive } from '@/shared/live/live';
import type { Action } from '@/shared/ui/actions/action';
import { useActions } from '@/shared/ui/actions/registry';
import { kindOf } from '@/shared/ui/KindIcon';
import { OfferStack } from '@/shared/ui/offer/OfferCard';
import { useRinging, useSystemNotice, useTabBadge } from '../api/notice';
import { accept, postpone, reject, useAnswered } from '../api/offers';

/** What is offered to me now: cards, ringing, notification, badge (C-1, C-2, D-12). */
export function Offers() {
  const { t } = useTranslation(['offers', 'common']);
  const all = useLive((live) => live.offers);
  const answered = useAnswered((known) => known.begun);
  const unread = useLive((live) => Object.values(live.segments).reduce((sum, one) => sum + one.unread, 0));
  const offers = useMemo(
    () =>
      Object.values(all)
        .filter((offer) => answered.get(offer.segmentId) !== offer.openedAt)
        .sort((a, b) => a.openedAt - b.openedAt),
    [all, answered],
  );
  const first = offers[0];
  const name = first && (first.customer.name || numberOf(first) || first.customer.email || t('unknown'));

  useRinging(offers);
  useTabBadge(first && `${t(`common:kind.${kindOf(first.kind, first.direction)}`)}: ${name}`, unread);
  useSystemNotice(
    first?.segmentId,
    first ? `${t(`common:kind.${kindOf(first.kind, first.direction)}`)}: ${name}` : '',
    first?.serviceName ?? '',
  );
  const actionsOf = (offer: Offer): Action[] => {
    const one = offer === first;
    // A call takes the focus always: there is one voice to listen to (decision 15).
    const call = offer.kind === 'voice';
    const both = !call && offer.abilities.includes('accept_focus');
    return [
      {
        id: 'offer.open',
        label: t('common:action.open'),
        group: t('group'),
        shortcut: one ? 'Alt+KeyO' : undefined,
        allowed: both,
        perform: () => accept(offer.segmentId, true),
      },
      {
        id: 'offer.accept',
        label: offer.kind === 'email' ? t('answer') : t('common:action.accept'),
        group: t('group'),
        shortcut: one ? 'Alt+KeyA' : undefined,
        allowed: offer.abilities.includes('accept'),
        perform: () => accept(offer.segmentId, !both),
      },
      {
        id: 'offer.reject',
        label: t('common:action.reject'),
        group: t('group'),
        shortcut: one && offer.abilities.includes('reject') ? 'Alt+KeyR' : undefined,
        danger: true,
        allowed: offer.abilities.includes('reject'),
        perform: () => reject(offer.segmentId),
      },
      {
        id: 'offer.postpone',
        label: t('postpone'),
        group: t('group'),
        shortcut: one && offer.abilities.includes('postpone') ? 'Alt+KeyR' : undefined,
        allowed: offer.abilities.includes('postpone'),
        perform: () => postpone(offer.segmentId),
      },
    ];
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the actions change with the first offer and the language only
  useActions(useMemo(() => (first ? actionsOf(first) : []), [first, t]));

  return (
    <OfferStack
      offers={offers.map((offer) => ({
        id: offer.segmentId,
        kind: kindOf(offer.kind, offer.direction),
        name: offer.customer.name || numberOf(offer) || offer.customer.email || t('unknown'),
        service: offer.serviceName,
        facts: [
          { label: t('subject'), value: offer.subject ?? '' },
          { label: t('case'), value: offer.reference ?? '' },
          { label: t('segment'), value: offer.customer.segment ?? '' },
          { label: t('email'), value: offer.customer.email ?? '' },
          { label: t(offer.direction === 'internal' ? 'extension' : 'phone'), value: numberOf(offer) },
          { label: t('company'), value: offer.customer.company ?? '' },
        ],
        note: noteOf(offer, t),
        openedAt: offer.openedAt,
        until: offer.until,
        actions: actionsOf(offer),
      }))}
    />
  );
}

const numberOf = (offer: Offer) => offer.number || offer.customer.phone || '';

function noteOf(
  offer: Offer,
  t: ReturnType<typeof useTranslation<['offers', 'common']>>['t'],
): string | undefined {
  const from = offer.transfer
    ? t('common:offer.transferFrom', { name: offer.transfer.fromName })
    : offer.invite && t('common:offer.inviteFrom', { name: offer.invite.fromName });
  const handed = offer.transfer ?? offer.invite;
  const { note, number, why } = handed ?? { note: '', number: '', why: '' };
  const rung =
    number && t(`common:offer.numberFailed.${WHYS.find((one) => one === why) ?? 'failed'}`, { number });
  return [from, rung, note].filter(Boolean).join('. ') || undefined;
}

/** Why a number outside did not take the call, so that it came back. */
const WHYS = ['no_answer', 'busy', 'refused', 'unknown_number', 'failed'] as const;
