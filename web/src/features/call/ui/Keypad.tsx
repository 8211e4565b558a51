import { type ClipboardEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sendDigits } from '../api/calls';
import classes from './call.module.css';
import { digitsOf, KEYS, PAUSE } from './keys';

/** Sends tones to the customer, by mouse, by keyboard or pasted (V-13). */
export function Keypad({ segmentId }: { segmentId: string }) {
  const { t } = useTranslation('call');
  const [sent, setSent] = useState('');
  const line = useRef<HTMLOutputElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the newest digit is to be seen
  useEffect(() => {
    if (line.current) line.current.scrollLeft = line.current.scrollWidth;
  }, [sent]);

  const send = (digits: string) => {
    if (!digits) return;
    setSent((before) => before + digits);
    sendDigits(segmentId, digits);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.key.length !== 1) return;
    const digits = digitsOf(event.key);
    if (!digits) return;
    event.preventDefault();
    send(digits);
  };
  const onPaste = (event: ClipboardEvent) => send(digitsOf(event.clipboardData.getData('text')));

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears what is typed while one of its keys has the focus
    <div className={classes.keypad} onKeyDown={onKeyDown} onPaste={onPaste}>
      <p className={classes.keypadTitle}>{t('digits.title')}</p>
      <output className={`${classes.sent} num`} aria-label={t('digits.sent')} ref={line}>
        {sent}
      </output>
      <div className={classes.keys}>
        {KEYS.map(({ key, letters }, at) => (
          <button
            key={key}
            type="button"
            className={classes.key}
            aria-label={letters ? t('digits.key', { key, letters }) : key}
            data-autofocus={at === 4 || undefined}
            onClick={() => send(key)}
          >
            <span className="num">{key}</span>
            <span className={classes.letters}>{letters}</span>
          </button>
        ))}
        <button
          type="button"
          className={`${classes.key} ${classes.pause}`}
          aria-label={t('digits.pause')}
          onClick={() => send(PAUSE)}
        >
          <span>,</span>
          <span className={classes.letters}>{t('digits.pause')}</span>
        </button>
      </div>
      <p className={classes.keypadHint}>{t('digits.hint')}</p>
    </div>
  );
}
