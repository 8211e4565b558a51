import { ActionIcon, Select, Tabs, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPhone, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { splitMatches } from '@/shared/lib/matches';
import { pictureUrl } from '@/shared/lib/pictures';
import { Avatar } from '@/shared/ui/Avatar';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { failed } from '@/shared/ui/failed';
import { LoadingState } from '@/shared/ui/LoadingState';
import { type Callee, callColleague, colleaguesQuery, type Refusal, refusalOf } from '../api/colleagues';
import classes from './directory.module.css';

const digits = /^[0-9*#]+$/;

/** Below the rows while nothing is in hand: the service, the line to dial, the directory and what was recent (D-7). */
export function Directory({ recent }: { recent: ReactNode }) {
  const { t } = useTranslation('directory');
  const [line, setLine] = useState('');
  const [service, setService] = useState('');
  const [tab, setTab] = useState<string | null>('directory');
  const [calling, setCalling] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const [q] = useDebouncedValue(line.trim(), 150);
  const found = useQuery(colleaguesQuery(q));
  const list = useRef<HTMLUListElement>(null);
  const field = useRef<HTMLInputElement>(null);

  const items = found.data?.items ?? [];
  const settled = q === line.trim() && !found.isPlaceholderData;
  const only = settled && q !== '' && items.length === 1 ? items[0] : undefined;
  const callee: Callee | undefined = digits.test(line.trim())
    ? { extension: line.trim() }
    : only && { userId: only.userId };

  const call = async (to: Callee) => {
    if (calling) return;
    setCalling(true);
    setRefusal(undefined);
    try {
      await callColleague(to, service);
    } catch (error) {
      const why = refusalOf(error);
      setRefusal(why);
      if (!why) failed(error);
    } finally {
      setCalling(false);
    }
  };

  const buttons = () => [...(list.current?.querySelectorAll<HTMLButtonElement>('button') ?? [])];
  const onLineKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      setTab('directory');
      buttons()[0]?.focus();
    }
    if (event.key === 'Escape') setLine('');
    if (event.key === 'Enter' && callee) void call(callee);
  };
  const onListKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step && event.key !== 'Escape') return;
    event.preventDefault();
    const all = buttons();
    const next = step ? all[all.indexOf(document.activeElement as HTMLButtonElement) + step] : undefined;
    if (next) next.focus();
    else if (step !== 1) field.current?.focus();
  };

  return (
    <section className={classes.block} aria-label={t('tabs')}>
      <div className={classes.dial}>
        <Select
          aria-label={t('service')}
          size="xs"
          data={[
            { value: '', label: t('noService') },
            ...(found.data?.services ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          value={service}
          allowDeselect={false}
          onChange={(id) => setService(id ?? '')}
        />
        <div className={classes.line}>
          <TextInput
            ref={field}
            className={classes.field}
            aria-label={t('line')}
            placeholder={t('line')}
            maxLength={60}
            value={line}
            onChange={(event) => {
              setLine(event.currentTarget.value);
              setRefusal(undefined);
              setTab('directory');
            }}
            onKeyDown={onLineKey}
          />
          <Tooltip label={t('call')}>
            <ActionIcon
              className={classes.call}
              size={30}
              aria-label={t('call')}
              disabled={!callee}
              loading={calling}
              onClick={() => callee && void call(callee)}
            >
              <IconPhone size={17} stroke={1.8} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </div>
        {refusal && (
          <p className={classes.refusal} role="alert">
            {t(`error.${refusal}`)}
          </p>
        )}
      </div>
      <Tabs className={classes.tabs} value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List aria-label={t('tabs')}>
          <Tabs.Tab value="directory">{t('directory')}</Tabs.Tab>
          <Tabs.Tab value="recent">{t('recent')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="directory" className={classes.panel}>
          {found.isPending && <LoadingState rows={4} />}
          {found.isError && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
          {found.isSuccess && items.length === 0 && (
            <EmptyState
              icon={IconUsers}
              title={t(q ? 'notFound' : 'none')}
              text={t(q ? 'notFoundText' : 'noneText')}
            />
          )}
          {items.length > 0 && (
            <ul ref={list} className={classes.list} aria-label={t('found')} onKeyDown={onListKey}>
              {items.map((one) => (
                <li key={one.userId} className={classes.row}>
                  <Avatar
                    name={one.name}
                    photo={pictureUrl(one.photoFileId)}
                    presence={one.presence}
                    size={28}
                  />
                  <span className={classes.words}>
                    <span className={classes.name} title={one.name}>
                      {splitMatches(one.name, q).map(({ text, match, at }) =>
                        match ? <mark key={at}>{text}</mark> : text,
                      )}
                    </span>
                    <span className={classes.soft}>
                      {[one.extension && t('extension', { number: one.extension }), one.position]
                        .filter(Boolean)
                        .join(' · ')}
                    </span>
                  </span>
                  {one.presence !== 'offline' && (
                    <Tooltip label={t('callPerson', { name: one.name })}>
                      <ActionIcon
                        className={classes.callMark}
                        size={28}
                        aria-label={t('callPerson', { name: one.name })}
                        onClick={() => void call({ userId: one.userId })}
                      >
                        <IconPhone size={16} stroke={1.8} aria-hidden />
                      </ActionIcon>
                    </Tooltip>
                  )}
                </li>
              ))}
            </ul>
          )}
          {(found.data?.total ?? 0) > items.length && items.length > 0 && (
            <p className={classes.more}>
              {t('more', { count: items.length, total: found.data?.total ?? 0 })}
            </p>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="recent" className={classes.panel}>
          {recent}
        </Tabs.Panel>
      </Tabs>
    </section>
  );
}
