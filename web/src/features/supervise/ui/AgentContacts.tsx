import { useTranslation } from 'react-i18next';
import type { AgentRow } from '@/shared/live/figures';
import { KindIcon, kindOf } from '@/shared/ui/KindIcon';
import { Timer } from '@/shared/ui/Timer';
import { ContactState, stateOf } from './ContactState';
import type { Names } from './names';
import classes from './supervise.module.css';

/** What an agent's row unfolds to: a line for each contact in hand. */
export function AgentContacts({ agent, names }: { agent: AgentRow; names: Names }) {
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
        </li>
      ))}
    </ul>
  );
}
