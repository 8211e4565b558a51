import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { nameOf, searchQuery } from '../api/contacts';
import { openCard } from '../api/opened';
import classes from './contact.module.css';
import { MoreButton } from './History';

interface FoundContactsProps {
  words: string;
  onOpen: (id: string) => void;
}

/** Contacts by a part of a name, a number or an address. */
export function FoundContacts({ words, onOpen }: FoundContactsProps) {
  const { t } = useTranslation('contact');
  const found = useInfiniteQuery(searchQuery(words));
  const items = found.data?.pages.flatMap((page) => page.items ?? []) ?? [];
  return (
    <section aria-label={t('search.contacts')}>
      <h3 className={classes.group}>{t('search.contacts')}</h3>
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
              const name = nameOf(one) || t('unknown');
              return (
                <tr key={one.id}>
                  <td>
                    <button
                      type="button"
                      data-result
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
    </section>
  );
}
