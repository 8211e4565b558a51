import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/shared/api/errors';
import { dateFormat } from '@/shared/lib/format';
import { DecisionWindow } from '@/shared/ui/DecisionWindow';
import { failed } from '@/shared/ui/failed';
import { catchFocus } from '@/shared/ui/lostFocus';
import { toast } from '@/shared/ui/toasts';
import { checkKey, type DkimDomain, type DkimKey, removeKey, startSigning } from '../api/dkim';
import shared from './admin.module.css';
import classes from './dkim.module.css';
import { Copy } from './SecretWindow';

/** What the server answers when the record is not in the DNS. */
const NO_RECORD = 'PAR-6009';

interface DkimKeyCardProps {
  of: DkimKey;
  domain: DkimDomain;
  /** Another key signs for the domain now. */
  replaces: boolean;
  onGone: () => void;
}

/** One key: its record, what the DNS says of it, and what can be done. */
export function DkimKeyCard({ of: key, domain, replaces, onGone }: DkimKeyCardProps) {
  const { t, i18n } = useTranslation(['admin', 'common']);
  const [asking, setAsking] = useState<'use' | 'remove' | null>(null);
  const card = useRef<HTMLElement>(null);
  // A window that opens for the first time does not give the focus back by itself. It says that
  // it goes a frame before it is gone.
  const back = (act: string) => () =>
    requestAnimationFrame(() =>
      catchFocus(
        () => card.current?.querySelector(`[data-act="${act}"]`) ?? card.current?.querySelector('button'),
      ),
    );
  const time = dateFormat(i18n.language, { dateStyle: 'short', timeStyle: 'short' });
  const check = useMutation({ mutationFn: () => checkKey(key.id), onError: failed });
  const use = useMutation({
    mutationFn: (unchecked: boolean) => startSigning(key.id, unchecked),
    onSuccess: () => {
      toast({ tone: 'good', title: t('dkim.used', { domain: domain.shown }) });
      onGone();
    },
    onError: (error) =>
      error instanceof ApiError && error.code === NO_RECORD ? setAsking('use') : failed(error),
  });
  const remove = useMutation({
    mutationFn: () => removeKey(key.id),
    onSuccess: () => {
      toast({ tone: 'good', title: t('dkim.removed') });
      onGone();
    },
    onError: failed,
  });
  // Not `loading`: a button that is disabled loses the focus, and who works by keyboard the place.
  const idle = !(check.isPending || use.isPending || remove.isPending);
  const busy = { 'data-disabled': idle ? undefined : true, 'aria-disabled': !idle };
  // A record that was not published yet is no fault until the key signs.
  const bad = key.checkResult === 'different' || (key.state === 'signing' && key.checkResult === 'not_found');
  const may = (ability: string) => key.abilities?.includes(ability) ?? false;
  const since = { prepared: key.createdAt, signing: key.signingAt, retired: key.retiredAt }[key.state];
  const cancel = {
    id: 'no',
    label: t('common:action.cancel'),
    kind: 'plain',
    onChoose: () => setAsking(null),
  } as const;
  const then = (perform: () => void) => () => {
    setAsking(null);
    perform();
  };
  return (
    <article className={classes.key} aria-label={key.selector} ref={card}>
      <p className={classes.title}>
        <b>{t(`dkim.state.${key.state}`)}</b> <span>{t('dkim.since', { time: time.format(since) })}</span>{' '}
        <code>{key.selector}</code>
      </p>
      {key.state === 'prepared' && (
        <p>
          {t('dkim.steps')} {replaces && t('dkim.instead')}
        </p>
      )}
      {key.state === 'retired' ? (
        <p>{t('dkim.keep', { name: key.recordName })}</p>
      ) : (
        <>
          <Line label={t('dkim.name')} text={key.recordName} copy={t('dkim.copyName')} />
          <Line label={t('dkim.value')} text={key.recordValue} copy={t('dkim.copyValue')} />
        </>
      )}
      {may('check') && (
        <div role="status">
          <p className={shared.outcome} data-bad={bad ? '' : undefined}>
            <b>{key.checkResult ? t(`dkim.result.${key.checkResult}`) : t('dkim.unchecked')}</b>
            {key.checkedAt > 0 && (
              <span className={shared.quiet}>
                {' '}
                {t('dkim.checkedAt', { time: time.format(key.checkedAt) })}
              </span>
            )}
          </p>
          {check.data?.detail && <p className={shared.code}>{check.data.detail}</p>}
          {key.checkResult === 'different' && check.data && check.data.found.length > 0 && (
            <>
              <p>{t('dkim.found')}</p>
              {check.data.found.map((text) => (
                <p key={text} className={shared.code}>
                  {text}
                </p>
              ))}
            </>
          )}
        </div>
      )}
      <div className={classes.acts}>
        {may('check') && (
          <Button variant="default" {...busy} onClick={() => idle && check.mutate()}>
            {t('dkim.check')}
          </Button>
        )}
        {may('use') && (
          <Button data-act="use" {...busy} onClick={() => idle && use.mutate(false)}>
            {t('dkim.use')}
          </Button>
        )}
        {may('remove') && (
          <Button data-act="remove" variant="default" {...busy} onClick={() => idle && setAsking('remove')}>
            {t('common:action.delete')}
          </Button>
        )}
      </div>
      <DecisionWindow
        opened={asking === 'use'}
        title={t('dkim.anywayTitle')}
        onGone={back('use')}
        onClose={() => setAsking(null)}
        decisions={[
          cancel,
          { id: 'yes', label: t('dkim.anyway'), kind: 'danger', onChoose: then(() => use.mutate(true)) },
        ]}
      >
        <p>{t('dkim.anywayText')}</p>
      </DecisionWindow>
      <DecisionWindow
        opened={asking === 'remove'}
        title={t('dkim.removeTitle')}
        onGone={back('remove')}
        onClose={() => setAsking(null)}
        decisions={[
          cancel,
          {
            id: 'yes',
            label: t('common:action.delete'),
            kind: 'danger',
            onChoose: then(() => remove.mutate()),
          },
        ]}
      >
        <p>{t(`dkim.removeText.${key.state}`, { domain: domain.shown, name: key.recordName })}</p>
      </DecisionWindow>
    </article>
  );
}

function Line({ label, text, copy }: { label: string; text: string; copy: string }) {
  return (
    <div className={classes.line}>
      <div>
        <p className={classes.label}>{label}</p>
        <p className={shared.code}>{text}</p>
      </div>
      <Copy text={text} label={copy} />
    </div>
  );
}
