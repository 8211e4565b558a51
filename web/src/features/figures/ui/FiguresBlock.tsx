import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, done } from '@/shared/api/client';
import { serverNow, useSecond } from '@/shared/lib/clock';
import { clockTime } from '@/shared/lib/format';
import { useFigures } from '@/shared/live/figures';
import { watch } from '@/shared/live/live';
import { Figure } from '@/shared/ui/shell/StatusBar';

const CHOICE = 'parley.figures.service';

/** Block 3: live figures of a chosen service, my place in the team in brackets (D-3). */
export function FiguresBlock() {
  const { t } = useTranslation('figures');
  const scope = useQuery({
    queryKey: ['stats', 'scope'],
    queryFn: () => done(api.GET('/api/stats/scope')),
    staleTime: 60_000,
  });
  const [chosen, setChosen] = useState(() => localStorage.getItem(CHOICE) ?? '');
  const services = scope.data?.services ?? [];
  const serviceId = services.find((one) => one.id === chosen)?.id ?? services[0]?.id ?? '';
  useEffect(() => (serviceId ? watch(['service'], serviceId) : undefined), [serviceId]);
  if (services.length === 0) return null;
  const choose = (id: string | null) => {
    setChosen(id ?? '');
    localStorage.setItem(CHOICE, id ?? '');
  };
  return (
    <>
      <Select
        aria-label={t('service')}
        variant="unstyled"
        w="8.5rem"
        size="xs"
        data={services.map((one) => ({ value: one.id, label: one.name }))}
        value={serviceId}
        onChange={choose}
      />
      <Numbers serviceId={serviceId} />
    </>
  );
}

function Numbers({ serviceId }: { serviceId: string }) {
  const { t, i18n } = useTranslation('figures');
  const row = useFigures((figures) => figures.service);
  const places = useFigures((figures) => figures.places);
  if (!row || row.serviceId !== serviceId) return null;
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 0 });
  const rank = (figure: string) => {
    const place = places[figure];
    if (!place) return undefined;
    return place.place > 0 ? t('place', { place: place.place, of: place.of }) : '–';
  };
  const sl = row.sl.ok ? percent.format(row.sl.tenths / 1000) : '–';
  return (
    <>
      <Figure label={t('sl')} value={sl} rank={rank('sl')} />
      <Figure label={t('handled')} value={String(row.figures.handled)} rank={rank('handled')} />
      <Figure label={t('waiting')} value={String(row.waiting)} tone={row.waiting > 0 ? 'warn' : 'plain'} />
      {row.oldestAt > 0 && <Oldest at={row.oldestAt} />}
      <Figure label={t('ready')} value={`${row.ready}/${row.signedIn}`} />
    </>
  );
}

function Oldest({ at }: { at: number }) {
  const { t } = useTranslation('figures');
  useSecond();
  return <Figure label={t('oldest')} value={clockTime(serverNow() - at)} tone="warn" />;
}
