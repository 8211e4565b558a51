import { SegmentedControl } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, languages } from '@/shared/i18n/i18n';
import classes from './Gate.module.css';

/** The frame of everything before the desktop: a calm card in the middle, and the language. */
export function Gate({ title, children }: { title: string; children: ReactNode }) {
  const { t, i18n } = useTranslation();
  return (
    <main className={classes.ground}>
      <section className={classes.card} aria-labelledby="gate-title">
        <p className={classes.product}>{t('product')}</p>
        <h1 id="gate-title" className={classes.title}>
          {title}
        </h1>
        {children}
      </section>
      <SegmentedControl
        size="xs"
        aria-label={t('look.language')}
        value={i18n.language}
        onChange={(tag) => void chooseLanguage(tag)}
        data={languages.map((tag) => ({ value: tag, label: tag.toUpperCase() }))}
      />
    </main>
  );
}
