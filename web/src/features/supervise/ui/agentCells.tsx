import { IconPlayerPause } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AgentRow, Contact } from '@/shared/live/figures';
import { KindIcon, kindOf } from '@/shared/ui/KindIcon';
import { STATES, type State } from '@/shared/ui/StateIcon';
import { StatusChip } from '@/shared/ui/StatusChip';
import { Timer } from '@/shared/ui/Timer';
import { stateOf, useContactState } from './ContactState';
import classes from './supervise.module.css';

export function AgentState({ row, pending }: { row: AgentRow; pending: string }) {
  return (
    <>
      {isState(row.state) ? <StatusChip state={row.state} /> : row.state}
      {pending && <span className={classes.pending}>{pending}</span>}
    </>
  );
}

export function Load({ percent }: { percent: number }) {
  const { i18n } = useTranslation();
  return (
    <span className={classes.load}>
      <span className={classes.bar} aria-hidden>
        <span style={{ width: `${Math.min(100, percent)}%` }} />
      </span>
      {new Intl.NumberFormat(i18n.language, { style: 'percent' }).format(percent / 100)}
    </span>
  );
}

const order = ['active', 'held', 'offered', 'ended'];

/** What the agent is busy with now: talk before hold, before what rings, before what is over; the newest of them. */
export function currentOf(row: AgentRow): Contact | undefined {
  const rank = (contact: Contact) => order.indexOf(stateOf(contact).state);
  return (row.contacts ?? [])
    .filter((contact) => rank(contact) >= 0)
    .sort((a, b) => rank(a) - rank(b) || b.sinceAt - a.sinceAt)[0];
}

export function ContactTime({ contact }: { contact: Contact | undefined }) {
  const word = useContactState();
  if (!contact) return '–';
  const { state, since } = stateOf(contact);
  return (
    <span className={classes.waiting}>
      {state === 'held' && <IconPlayerPause size={14} role="img" aria-label={word(state)} />}
      <Timer since={since} />
    </span>
  );
}

/** One picture a contact, its colour by what the contact is doing. */
export function ContactIcons({ row }: { row: AgentRow }) {
  const look = { offered: 'ringing', active: 'busy', held: 'not_ready', ended: 'wrapup' } as const;
  return (
    <span className={classes.waiting}>
      {(row.contacts ?? []).slice(0, 5).map((contact) => (
        <KindIcon
          key={contact.id}
          kind={kindOf(contact.kind, contact.direction)}
          state={look[stateOf(contact).state as keyof typeof look]}
          size={15}
        />
      ))}
      {(row.contacts?.length ?? 0) > 1 && <span className="num">{row.contacts?.length}</span>}
    </span>
  );
}

export function isState(state: string): state is State {
  return (STATES as readonly string[]).includes(state);
}
