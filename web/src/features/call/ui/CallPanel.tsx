import { Button } from '@mantine/core';
import {
  IconAlertTriangle,
  IconMicrophoneOff,
  IconPhoneOutgoing,
  IconPhoneX,
  IconPlayerPause,
  IconPlugConnected,
  IconVolume,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call, Segment } from '@/shared/live/entities';
import { useLive } from '@/shared/live/live';
import type { Action } from '@/shared/ui/actions/action';
import { Timer } from '@/shared/ui/Timer';
import { useControl } from '../api/calls';
import { connectAgain, type LegView, playBlocked, usePhone } from '../live/softphone';
import { CallControls } from './CallControls';
import classes from './call.module.css';

/** The call in focus under the rows: its service, how its sound stands, and its buttons (V-2, D-6). */
export function CallPanel({ segment, actions }: { segment: Segment; actions: Action[] }) {
  const { t } = useTranslation(['call', 'directory']);
  const call = useLive((live) => live.calls[segment.id]);
  const leg = usePhone((phone) => phone.legs[segment.id]);
  const internal = segment.direction === 'internal';
  const number = call?.number || segment.customer.phone;
  const where = number || call?.page.title || call?.page.url;
  return (
    <section className={classes.panel} aria-label={t('group')}>
      <div className={classes.head}>
        <b className={classes.service}>
          {segment.serviceName || (internal && t('directory:inCall.internal'))}
        </b>
        <span className={`${classes.number} num`}>
          {[where, call?.calledNumber && t('called', { number: call.calledNumber })]
            .filter(Boolean)
            .join(' ')}
        </span>
      </div>
      <LegLine segmentId={segment.id} leg={leg} />
      {internal && call && <ColleagueLine call={call} />}
      <ControlLines segmentId={segment.id} internal={internal} />
      <CallControls segment={segment} actions={actions} place="list" />
    </section>
  );
}

/** Whether the sound is there; silent when all is well. */
function LegLine({ segmentId, leg }: { segmentId: string; leg?: LegView }) {
  const { t } = useTranslation(['call', 'directory']);
  if (leg?.state === 'failed')
    return (
      <Line tone="bad" icon={IconAlertTriangle} text={t('leg.failed')}>
        <Button size="compact-sm" variant="default" onClick={() => connectAgain(segmentId)}>
          {t('again')}
        </Button>
      </Line>
    );
  if (leg?.state === 'lost') return <Line tone="bad" icon={IconAlertTriangle} text={t('leg.lost')} />;
  if (!leg || leg.state === 'connecting')
    return <Line tone="info" icon={IconPlugConnected} text={t('leg.connecting')} />;
  if (leg.blocked)
    return (
      <Line tone="bad" icon={IconVolume} text={t('blocked')}>
        <Button size="compact-sm" variant="default" onClick={playBlocked}>
          {t('play')}
        </Button>
      </Line>
    );
  if (leg.silent) return <Line tone="bad" icon={IconMicrophoneOff} text={t('silent')} />;
  return null;
}

/** Whether the colleague is being called, or why nobody came. */
function ColleagueLine({ call }: { call: Call }) {
  const { t } = useTranslation(['call', 'directory']);
  if (call.state === 'waiting')
    return <Line tone="info" icon={IconPhoneOutgoing} text={t('directory:inCall.rings')} />;
  if (call.state !== 'unserved') return null;
  const why = (['rejected', 'no_answer'] as const).find((one) => one === call.reason) ?? 'busy';
  return <Line tone="bad" icon={IconPhoneX} text={t(`directory:inCall.unreached.${why}`)} />;
}

/** Hold with its time, and a microphone that is off: nobody may overlook either. */
function ControlLines({ segmentId, internal }: { segmentId: string; internal: boolean }) {
  const { t } = useTranslation(['call', 'directory']);
  const { muted, held, heldSince } = useControl(segmentId);
  return (
    <>
      {held && (
        <Line
          tone="warn"
          icon={IconPlayerPause}
          text={t('held')}
          note={t(internal ? 'directory:inCall.heldColleague' : 'heldText')}
        >
          {heldSince > 0 && <Timer since={heldSince} />}
        </Line>
      )}
      {muted && (
        <Line
          tone="warn"
          icon={IconMicrophoneOff}
          text={t('muted')}
          note={held ? undefined : t(internal ? 'directory:inCall.mutedColleague' : 'mutedText')}
        />
      )}
    </>
  );
}

interface LineProps {
  tone: 'info' | 'warn' | 'bad';
  icon: typeof IconVolume;
  text: string;
  note?: string;
  children?: ReactNode;
}

function Line({ tone, icon: Sign, text, note, children }: LineProps) {
  return (
    <div className={classes.line} data-tone={tone} role="status">
      <Sign size={16} stroke={1.8} aria-hidden />
      <span className={classes.words}>
        <b>{text}</b>
        {note && <span>{note}</span>}
      </span>
      {children}
    </div>
  );
}
