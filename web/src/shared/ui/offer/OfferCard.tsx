import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { serverNow, useSecond } from '@/shared/lib/clock';
import { ActionButton } from '../actions/ActionButton';
import { type Action, shortcutText } from '../actions/action';
import { type Kind, KindIcon } from '../KindIcon';
import classes from './OfferCard.module.css';

export interface OfferCardProps {
  kind: Kind;
  /** The customer or the colleague; the number or address of an unknown one. */
  name: string;
  service?: string;
  /** What else the set-up shows: segment, number, company. Empty values are left out. */
  facts?: { label: string; value: string }[];
  /** Who transferred or invited, and the note. */
  note?: string;
  openedAt: number;
  until: number;
  /** «Открыть», «Принять», «Отклонить», as the abilities allow; the first is the main one. */
  actions: Action[];
}

/** A contact offered to the agent: a fixed card that says what it is and never takes the focus. */
export function OfferCard({
  kind,
  name,
  service,
  facts = [],
  note,
  openedAt,
  until,
  actions,
}: OfferCardProps) {
  const { t } = useTranslation();
  const shown = actions.filter((action) => action.allowed);
  return (
    <section className={classes.card} aria-label={`${t(`kind.${kind}`)}: ${name}`}>
      <div className={classes.head}>
        <span className={classes.kind}>
          <KindIcon kind={kind} state="ringing" size={22} />
        </span>
        <div className={classes.who}>
          <div className={classes.name}>{name}</div>
          <div className={classes.service}>{[t(`kind.${kind}`), service].filter(Boolean).join(' · ')}</div>
        </div>
        <Countdown openedAt={openedAt} until={until} />
      </div>
      {note && <p className={classes.note}>{note}</p>}
      <dl className={classes.facts}>
        {facts
          .filter((fact) => fact.value)
          .map((fact) => (
            <div key={fact.label} className={classes.fact}>
              <dt>{fact.label}</dt>
              <dd>{fact.value}</dd>
            </div>
          ))}
      </dl>
      <div className={classes.actions}>
        {shown.map((action, index) => (
          <ActionButton
            key={action.id}
            action={{ ...action, danger: false }}
            main={index === 0 && !action.danger}
            size="md"
          />
        ))}
      </div>
    </section>
  );
}

/** The ring runs in the style sheet, so nothing is drawn by script between two seconds. */
function Countdown({ openedAt, until }: { openedAt: number; until: number }) {
  const { t } = useTranslation();
  useSecond();
  const left = Math.max(0, Math.ceil((until - serverNow()) / 1000));
  const total = Math.max(1, until - openedAt);
  const style = {
    animationDuration: `${total}ms`,
    animationDelay: `${Math.min(0, openedAt - serverNow())}ms`,
  } as CSSProperties;
  return (
    <span className={classes.countdown} role="timer" aria-label={t('offer.left', { count: left })}>
      <svg viewBox="0 0 36 36" aria-hidden="true">
        <circle className={classes.track} cx="18" cy="18" r="15.9155" />
        {/* The delay is taken once; a card that is drawn again must not start over. */}
        <circle
          key={openedAt}
          className={classes.run}
          data-essential
          style={style}
          cx="18"
          cy="18"
          r="15.9155"
          pathLength="100"
        />
      </svg>
      <span className="num">{left}</span>
    </span>
  );
}

/** What a reader of the screen hears at once when an offer arrives. */
export function OfferAnnouncement({ offer }: { offer: OfferCardProps | undefined }) {
  const { t } = useTranslation();
  const ways = (offer?.actions ?? [])
    .filter((action) => action.allowed)
    .map(({ label, shortcut }) => (shortcut ? `${label}: ${shortcutText(shortcut)}` : label));
  return (
    <div className="unseen" aria-live="assertive" aria-atomic="true">
      {offer &&
        t('offer.arrived', {
          kind: t(`kind.${offer.kind}`),
          name: offer.name,
          service: offer.service ?? '',
          ways: ways.join(', '),
        })}
    </div>
  );
}

/** Where offers stand: over the information area's head, below each other, and nothing else moves. */
export function OfferStack({ offers }: { offers: (OfferCardProps & { id: string })[] }) {
  return (
    <>
      <OfferAnnouncement offer={offers.at(-1)} />
      <div className={classes.stack}>
        {offers.map((offer) => (
          <OfferCard {...offer} key={offer.id} />
        ))}
      </div>
    </>
  );
}
