import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseState, reasonsQuery } from '@/features/state/api/state';
import { dateFormat } from '@/shared/lib/format';
import { useLive } from '@/shared/live/live';
import { CodeBanner } from '@/shared/ui/Banner';
import { failed } from '@/shared/ui/failed';
import { CallWarnings } from './CallParts';

/** What holds just now and everybody must see: no connection, Not ready by the system. */
export function Banners({ calls = false }: { calls?: boolean }) {
  const { t, i18n } = useTranslation();
  const offline = useLive((live) => live.connection === 'offline');
  const banner = useLive((live) => live.agent?.banner);
  const onFloor = useLive((live) => live.agent !== null);
  const reasonId = useLive((live) => live.agent?.reasonId ?? '');
  const reasons = useQuery({ ...reasonsQuery, enabled: banner !== undefined });
  const [dismissed, setDismissed] = useState(0);
  const time = dateFormat(i18n.language, { timeStyle: 'short' });
  // The centre may call its reasons as it likes (S-5).
  const named = reasons.data?.items?.find((one) => one.id === reasonId)?.name;
  const reason = named?.[i18n.language] ?? named?.en ?? named?.ru ?? t('state.not_ready');
  return (
    <>
      {offline && <CodeBanner code="PAR-1007" />}
      {calls && onFloor && <CallWarnings />}
      {banner && banner.at !== dismissed && (
        <CodeBanner
          code={banner.code}
          args={{ time: time.format(banner.at), reason }}
          action={
            <Button
              size="compact-sm"
              variant="default"
              disabled={offline}
              onClick={() => void chooseState('ready').catch(failed)}
            >
              {t('state.ready')}
            </Button>
          }
          onClose={() => setDismissed(banner.at)}
        />
      )}
    </>
  );
}
