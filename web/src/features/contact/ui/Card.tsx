import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '@/shared/ui/Avatar';
import classes from './contact.module.css';

export interface Fact {
  label: string;
  value: ReactNode;
}

interface CardProps {
  name: string;
  photo?: string;
  facts: Fact[];
  children?: ReactNode;
}

/** Who a customer is and what is known; empty facts are left out. */
export function Card({ name, photo, facts, children }: CardProps) {
  const { t } = useTranslation('contact');
  return (
    <section className={classes.card} aria-label={t('title')}>
      <div className={classes.head}>
        <Avatar name={name} photo={photo} size={44} />
        <h2 className={classes.name}>{name}</h2>
      </div>
      <dl className={classes.facts}>
        {facts
          .filter((fact) => fact.value)
          .map((fact) => (
            <div key={fact.label}>
              <dt>{fact.label}</dt>
              <dd>{fact.value}</dd>
            </div>
          ))}
      </dl>
      {children}
    </section>
  );
}
