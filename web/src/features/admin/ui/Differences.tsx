import { useTranslation } from 'react-i18next';
import classes from './admin.module.css';
import { useFieldWords } from './words';

/** What an act changed, field by field. */
export function Differences({ before, after }: { before: unknown; after: unknown }) {
  const { t } = useTranslation('admin');
  const words = useFieldWords();
  const was = fieldsOf(before);
  const became = fieldsOf(after);
  const names = [...new Set([...Object.keys(was), ...Object.keys(became)])];
  return (
    <table className={classes.differences}>
      <thead>
        <tr>
          <th scope="col">{t('audit.field')}</th>
          <th scope="col">{t('audit.before')}</th>
          <th scope="col">{t('audit.after')}</th>
        </tr>
      </thead>
      <tbody>
        {names.map((name) => (
          <tr key={name}>
            <th scope="row">{words.label(name)}</th>
            <td>{say(was[name])}</td>
            <td>{say(became[name])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return value && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}

function say(value: unknown): string {
  if (value === undefined || value === null || value === '') return '–';
  return typeof value === 'object' ? JSON.stringify(value, null, 1) : String(value);
}
