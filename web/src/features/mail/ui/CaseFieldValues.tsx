import { useTranslation } from 'react-i18next';
import { type FieldValue, shownValue } from '../api/fields';
import classes from './fields.module.css';

/** What was told about a case in its fields, to be read (E-20). */
export function CaseFieldValues({ of }: { of: readonly FieldValue[] }) {
  const { t, i18n } = useTranslation(['mail', 'common']);
  if (of.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrolled by keyboard too
    <section className={classes.told} tabIndex={0} aria-label={t('fields.title')}>
      <dl className={classes.values}>
        {of.map((one) => (
          <div key={one.id} className={classes.pair} data-long={one.kind === 'long_text' || undefined}>
            <dt>{one.name}:</dt>
            <dd>{shownValue(one.kind, one.value, i18n.language, t('common:action.yes'))}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
