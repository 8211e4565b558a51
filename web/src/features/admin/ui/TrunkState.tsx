import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { dateFormat } from '@/shared/lib/format';
import { FormSection } from '@/shared/ui/admin/EntityForm';
import type { DataColumn } from '@/shared/ui/table/columns';
import type { Kind } from '../api/entities';
import type { Thing } from '../api/store';
import { type TrunkStatus, trunkStatusQuery } from '../api/voice';
import classes from './admin.module.css';

const isBad = (one?: TrunkStatus) => one?.state === 'down' || one?.registration === 'failed';

/** How a trunk in use is: whether its host answers, whether it is signed in there, its calls (M-30). */
export function TrunkState({ trunk }: { trunk: Thing }) {
  const { t, i18n } = useTranslation('admin');
  const status = useQuery(trunkStatusQuery).data;
  const one = status?.items?.find((item) => item.trunkId === trunk.id);
  const time = dateFormat(i18n.language, { dateStyle: 'short', timeStyle: 'short' });
  if (!one) return status?.off ? <Off /> : null;
  return (
    <FormSection title={t('trunk.state')}>
      <div role="status">
        <p className={classes.outcome} data-bad={one.state === 'down' ? '' : undefined}>
          <b>{t(`trunk.is.${trunk.host ? one.state : 'incoming'}`)}</b>
          {Boolean(trunk.host) && one.since > 0 && ` ${t('mailbox.since', { time: time.format(one.since) })}`}
        </p>
        {one.detail && <p className={classes.code}>{one.detail}</p>}
        {one.registration && (
          <p className={classes.outcome} data-bad={one.registration === 'failed' ? '' : undefined}>
            <b>{t(`trunk.registration.${one.registration}`)}</b>
          </p>
        )}
        {one.registrationDetail && <p className={classes.code}>{one.registrationDetail}</p>}
        <p>{t('trunk.calls', { count: one.calls })}</p>
      </div>
    </FormSection>
  );
}

function Off() {
  const { t } = useTranslation('admin');
  return (
    <FormSection title={t('trunk.state')}>
      <p className={classes.outcome} data-bad="">
        {t('trunk.off')}
      </p>
    </FormSection>
  );
}

/** The column of the list of trunks that says how they are; none for other kinds. */
export function useTrunkColumn(kind: Kind): DataColumn<Thing>[] {
  const { t } = useTranslation('admin');
  const on = kind.id === 'trunks';
  const status = useQuery({ ...trunkStatusQuery, enabled: on }).data;
  if (!on) return [];
  const stateOf = (thing: Thing) => status?.items?.find((item) => item.trunkId === thing.id);
  const word = (thing: Thing) => {
    const one = stateOf(thing);
    if (!one) return status?.off ? t('trunk.offShort') : '';
    if (one.registration === 'failed') return t('trunk.registration.failed');
    return t(`trunk.is.${thing.host ? one.state : 'incoming'}`);
  };
  return [
    {
      id: 'trunkState',
      label: t('trunk.state'),
      value: word,
      width: 190,
      cell: (thing) => (
        <span className={classes.outcome} data-bad={isBad(stateOf(thing)) ? '' : undefined}>
          {word(thing)}
        </span>
      ),
    },
  ];
}
