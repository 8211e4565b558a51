import { useTranslation } from 'react-i18next';
import { serverNow, useSecond } from '@/shared/lib/clock';
import classes from './chat.module.css';

/** The customer writes; where the service allows it, also what (C-6). */
export function TypingLine({ name, text, until }: { name: string; text?: string; until: number }) {
  const { t } = useTranslation();
  useSecond();
  if (serverNow() > until) return null;
  return (
    <div className={classes.typing} role="status">
      {t('chat.typing', { name })}
      {text && <p className={classes.unsent}>{text}</p>}
    </div>
  );
}
