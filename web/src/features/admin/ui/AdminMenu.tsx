import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { kindsFor } from '../api/kinds';
import classes from './admin.module.css';
import { useFieldWords } from './words';

const GROUPS: { id: string; kinds: string[] }[] = [
  { id: 'people', kinds: ['users', 'roles', 'teams', 'skills', 'reasons'] },
  { id: 'services', kinds: ['services', 'dispositions', 'calendars', 'entries'] },
  { id: 'system', kinds: ['webhooks', 'api-keys', 'tenants', 'audit'] },
];

/** The pages this person may open. */
export function AdminMenu({ privileges }: { privileges: readonly string[] }) {
  const { t } = useTranslation('admin');
  const words = useFieldWords();
  const allowed = new Set<string>(kindsFor(privileges).map((kind) => kind.id));
  if (privileges.includes('security.audit')) allowed.add('audit');
  return (
    <nav className={classes.menu} aria-label={t('title')}>
      {GROUPS.map((group) => {
        const kinds = group.kinds.filter((id) => allowed.has(id));
        if (kinds.length === 0) return null;
        return (
          <div key={group.id}>
            <p className={classes.group}>{words.section(group.id)}</p>
            {kinds.map((id) => (
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
