import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Segment } from '@/shared/live/entities';
import { dispositionsQuery, setOutcome, useMissing, useOutcome } from '../api/outcome';

/** The choice of a disposition, by folders. */
export function DispositionSelect({ segment, labelled }: { segment: Segment; labelled?: boolean }) {
  const { t } = useTranslation(['outcome', 'common']);
  const list = useQuery(dispositionsQuery(segment.serviceId));
  const { dispositionId } = useOutcome(segment);
  const missing = useMissing(segment.id, 'dispositionId');
  const items = list.data?.items ?? [];
  const folders = new Map<string, { value: string; label: string }[]>();
  for (const one of items) {
    const folder = folders.get(one.folder) ?? [];
    folder.push({ value: one.id, label: one.name });
    folders.set(one.folder, folder);
  }
  const loose = folders.get('') ?? [];
  folders.delete('');
  const data = [...loose, ...[...folders].map(([group, inside]) => ({ group, items: inside }))];
  return (
    <Select
      label={labelled ? t('disposition') : undefined}
      aria-label={labelled ? undefined : t('disposition')}
      placeholder={list.isPending ? t('common:loading') : t('choose')}
      nothingFoundMessage={t('common:empty.search')}
      data={data}
      value={dispositionId || null}
      onChange={(id) => setOutcome(segment, { dispositionId: id ?? '' })}
      error={list.isError ? t('common:failed') : missing && (labelled ? t('missing') : true)}
      withAsterisk={labelled && segment.mandatoryDisposition}
      searchable
      clearable={!segment.mandatoryDisposition}
      w={labelled ? undefined : '13rem'}
      miw="8rem"
    />
  );
}
