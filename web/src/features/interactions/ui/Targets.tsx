import { IconPhoneOutgoing, IconStack2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Avatar } from '@/shared/ui/Avatar';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { STATES, type State } from '@/shared/ui/StateIcon';
import { StatusChip } from '@/shared/ui/StatusChip';
import { targetsQuery } from '../api/segments';
import classes from './interactions.module.css';

export interface Target {
  id: string;
  name: string;
  kind: 'service' | 'person' | 'number';
}

interface TargetsProps {
  /** Of the contact that is to be handed on. */
  kind: string;
  search: string;
  /** The telephone number that was typed, '' for none. */
  number: string;
  /** Colleagues only. */
  people: boolean;
  chosen: Target | null;
  onChoose: (target: Target) => void;
}

/** The number that was typed, services, and colleagues with their state, those who are signed in first. */
export function Targets({ kind, search, number, people, chosen, onChoose }: TargetsProps) {
  const { t } = useTranslation(['interactions', 'common']);
  const targets = useQuery(targetsQuery(kind));
  if (targets.isPending) return <LoadingState rows={4} />;
  if (targets.isError) return <ErrorState error={targets.error} onRetry={() => void targets.refetch()} />;

  const wanted = search.trim().toLocaleLowerCase();
  const fits = (one: { name: string }) => one.name.toLocaleLowerCase().includes(wanted);
  const services = people ? [] : (targets.data.services ?? []).filter(fits);
  const colleagues = (targets.data.colleagues ?? [])
    .filter((one) => fits(one) && (!people || one.state !== ''))
    .sort((a, b) => Number(b.state !== '') - Number(a.state !== '') || a.name.localeCompare(b.name));
  const isChosen = (id: string) => chosen?.id === id;

  return (
    <div className={classes.targets}>
      {number && (
        <>
          <h3 className={classes.group}>{t('number')}</h3>
          <button
            type="button"
            className={classes.target}
            aria-pressed={chosen?.kind === 'number'}
            onClick={() => onChoose({ id: number, name: number, kind: 'number' })}
          >
            <IconPhoneOutgoing size={20} stroke={1.6} aria-hidden />
            <span className="num">{number}</span>
          </button>
        </>
      )}
      {services.length > 0 && <h3 className={classes.group}>{t('services')}</h3>}
      {services.map((one) => (
        <button
          key={one.id}
          type="button"
          className={classes.target}
          aria-pressed={isChosen(one.id)}
          onClick={() => onChoose({ id: one.id, name: one.name, kind: 'service' })}
        >
          <IconStack2 size={20} stroke={1.6} aria-hidden />
          <span>{one.name}</span>
        </button>
      ))}
      {colleagues.length > 0 && <h3 className={classes.group}>{t('colleagues')}</h3>}
      {colleagues.map((one) => (
        <button
          key={one.userId}
          type="button"
          className={classes.target}
          aria-pressed={isChosen(one.userId)}
          onClick={() => onChoose({ id: one.userId, name: one.name, kind: 'person' })}
        >
          <Avatar name={one.name} size={24} />
          <span>{one.name}</span>
          <StatusChip state={stateOf(one.state)} />
        </button>
      ))}
      {!number && services.length + colleagues.length === 0 && (
        <EmptyState
          title={wanted ? t('common:empty.search') : t('nobody')}
          text={wanted ? undefined : t('nobodyText')}
        />
      )}
    </div>
  );
}

function stateOf(state: string): State {
  return STATES.find((one) => one === state) ?? 'signed_out';
}
