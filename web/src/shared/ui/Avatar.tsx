import { type CSSProperties, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { initials } from '@/shared/lib/format';
import classes from './Avatar.module.css';

export type Presence = 'available' | 'talking' | 'away' | 'dnd' | 'offline';

export interface AvatarProps {
  name: string;
  photo?: string;
  presence?: Presence;
  /** In px at normal text size. */
  size?: number;
}

/** A person's picture, or the first letters of the name; with a colleague's presence at its corner. */
export function Avatar({ name, photo, presence, size = 28 }: AvatarProps) {
  const { t } = useTranslation();
  const [broken, setBroken] = useState('');
  return (
    <span
      className={classes.avatar}
      style={{ '--size': `${size / 16}rem`, '--tint': tint(name) } as CSSProperties}
      aria-hidden={presence ? undefined : true}
    >
      {photo && photo !== broken ? (
        <img className={classes.photo} src={photo} alt="" onError={() => setBroken(photo)} />
      ) : (
        <span className={classes.letters} translate="no">
          {initials(name)}
        </span>
      )}
      {presence && (
        <span
          className={classes.presence}
          data-presence={presence}
          role="img"
          aria-label={t(`presence.${presence}`)}
          title={t(`presence.${presence}`)}
        />
      )}
    </span>
  );
}

// The same name has the same colour everywhere; eight hues that keep white text readable.
function tint(name: string): string {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return `hsl(${[212, 262, 325, 12, 35, 150, 180, 235][sum % 8]}deg 42% 32%)`;
}
