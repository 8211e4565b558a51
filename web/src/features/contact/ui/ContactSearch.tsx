import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { openCard, searchQuery } from '../api/contacts';
import classes from './contact.module.css';
import { MoreButton } from './History';

interface ContactSearchProps {
  /** In front: the field takes the keyboard. */
  active: boolean;
  onOpen: (id: string) => void;
}

/** Search over the contacts this person may see (D-4): by a part of a name, a number or an address. */
export function ContactSearch({ active, onOpen }: ContactSearchProps) {
  const { t } = useTranslation('contact');
  const [text, setText] = useState('');
  const [wanted] = useDebouncedValue(text.trim(), 250);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (active) field.current?.focus();
  }, [active]);
  const found = useInfiniteQuery(searchQuery(wanted));
  const items = found.data?.pages.flatMap((page) => page.items ?? []) ?? [];
  return (
    <search className={classes.search} aria-label={t('search.title')}>
      <TextInput
        ref={field}
        className={classes.field}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        placeholder={t('search.placeholder')}
        aria-label={t('search.placeholder')}
        leftSection={<IconSearch size={15} aria-hidden />}
      />
      <div className={classes.found}>
        {found.isPending && <LoadingState rows={6} />}
        {found.isError && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
        {found.isSuccess && items.length === 0 && (
          <EmptyState icon={IconSearch} title={t('search.none')} text={t('search.noneText')} />
        )}
        {items.length > 0 && (
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">{t('column.name')}</th>
                <th scope="col">{t('fact.company')}</th>
                <th scope="col">{t('fact.phone')}</th>
                <th scope="col">{t('fact.email')}</th>
                <th scope="col">{t('fact.status')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => {
                const name = one.name || one.phones?.[0] || one.emails?.[0] || t('unknown');
                return (
                  <tr key={one.id}>
                    <td>
                      <button
                        type="button"
                        className={classes.open}
                        onClick={() => {
                          openCard(one.id, name);
                          onOpen(one.id);
                        }}
                      >
                        {name}
                      </button>
                    </td>
                    <td>{one.company}</td>
                    <td className="num">{one.phones?.[0]}</td>
                    <td>{one.emails?.[0]}</td>
                    <td>{one.segment}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        )}
        {found.hasNextPage && (
          <MoreButton busy={found.isFetchingNextPage} onMore={() => found.fetchNextPage()} />
        )}
      </div>
    </search>
  );
}
