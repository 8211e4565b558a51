import { useTranslation } from 'react-i18next';
import type { AgentRow, Contact } from '@/shared/live/figures';
import { ActionMenu } from '@/shared/ui/actions/ActionButton';
import type { Action } from '@/shared/ui/actions/action';
import { KindIcon, kindOf } from '@/shared/ui/KindIcon';
import { Timer } from '@/shared/ui/Timer';
import { ContactState, stateOf } from './ContactState';
import type { Names } from './names';
import classes from './supervise.module.css';

/** The commands for a contact; by keyboard too, where its row is chosen. */
export type ContactActions = (contact: Contact | undefined, shortcuts: boolean) => Action[];

interface AgentContactsProps {
  agent: AgentRow;
  names: Names;
  /** Not there for who may do nothing with contacts. */
  actionsOf?: ContactActions;
}

/** What an agent's row unfolds to: a line for each contact in hand. */
export function AgentContacts({ agent, names, actionsOf }: AgentContactsProps) {
  const { t } = useTranslation('supervise');
  const contacts = agent.contacts ?? [];
  if (contacts.length === 0) return <span className={classes.soft}>{t('row.none')}</span>;
  return (
    <ul className={classes.contacts} aria-label={t('row.contacts', { name: names.agent(agent.userId) })}>
      {contacts.map((contact) => (
        <li key={contact.id} className={classes.contact}>
          <KindIcon kind={kindOf(contact.kind, contact.direction)} size={16} />
          <span className={classes.customer} translate="no">
            {contact.customerName || t('contact.unnamed')}
          </span>
          <span className={classes.soft}>{names.service(contact.serviceId)}</span>
          <ContactState state={stateOf(contact).state} />
          <Timer since={stateOf(contact).since} />
          <ContactMenu contact={contact} actions={actionsOf?.(contact, false) ?? []} />
        </li>
      ))}
    </ul>
  );
}

/** The commands for one contact behind three dots; nothing where there are none. */
export function ContactMenu({ contact, actions }: { contact: Contact; actions: Action[] }) {
  const { t } = useTranslation('supervise');
  if (actions.length === 0) return null;
  return (
    <ActionMenu
      actions={actions}
      label={t('act.of', { name: contact.customerName || t('contact.unnamed') })}
    />
  );
}
