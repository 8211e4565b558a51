import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { pagesFor } from '../api/kinds';
import classes from './admin.module.css';
import { useFieldWords } from './words';

const GROUPS: { id: string; pages: string[] }[] = [
  { id: 'people', pages: ['users', 'roles', 'teams', 'skills', 'reasons'] },
  { id: 'services', pages: ['services', 'dispositions', 'calendars', 'entries', 'call-buttons'] },
  { id: 'cases', pages: ['categories', 'case-fields'] },
  { id: 'telephony', pages: ['numbers', 'trunks', 'prompts'] },
  { id: 'mail', pages: ['mailboxes', 'dkim', 'mail-trouble'] },
  { id: 'system', pages: ['settings', 'webhooks', 'api-keys', 'tenants', 'audit', 'quarantine'] },
];

/** The pages this person may open. */
export function AdminMenu({ privileges }: { privileges: readonly string[] }) {
  const { t } = useTranslation('admin');
  const words = useFieldWords();
  const allowed = new Set(pagesFor(privileges));
  return (
    <nav className={classes.menu} aria-label={t('title')}>
      {GROUPS.map((group) => {
        const pages = group.pages.filter((id) => allowed.has(id));
        if (pages.length === 0) return null;
        return (
          <div key={group.id}>
            <p className={classes.group}>{words.section(group.id)}</p>
            {pages.map((id) => (
              <Link key={id} to="/admin/$kind" params={{ kind: id }} className={classes.item}>
                {words.kind(id)}
              </Link>
            ))}
          </div>
        );
      })}
    </nav>
  );
}
