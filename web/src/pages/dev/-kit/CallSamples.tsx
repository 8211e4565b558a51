import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePhone } from '@/features/call/live/softphone';
import { CallControls } from '@/features/call/ui/CallControls';
import { CallPanel } from '@/features/call/ui/CallPanel';
import { Keypad } from '@/features/call/ui/Keypad';
import { useCallActions } from '@/features/call/ui/useCallActions';
import { ActiveRow } from '@/features/interactions/ui/ActiveRow';
import { useSegmentActions } from '@/features/interactions/ui/useSegmentActions';
import { serverNow } from '@/shared/lib/clock';
import type { Call, Segment } from '@/shared/live/entities';
import { useLive } from '@/shared/live/live';
import { CodeBanner } from '@/shared/ui/Banner';
import { DeviceSettings } from '@/shared/ui/devices/DeviceSettings';
import { OfferStack } from '@/shared/ui/offer/OfferCard';
import classes from './kit.module.css';
import { Sample, Samples } from './Sample';

const nothing = () => {};

interface Scene {
  id: string;
  name?: string;
  service?: string;
  call?: Partial<Call>;
  leg?: Partial<{
    state: 'connecting' | 'connected' | 'lost' | 'failed';
    blocked: boolean;
    silent: boolean;
    bad: boolean;
  }>;
}

const scenes: Scene[] = [
  { id: 'talk', name: 'Анна Кузнецова' },
  { id: 'muted', name: 'Анна Кузнецова', call: { muted: true } },
  { id: 'held', call: { held: true } },
  {
    id: 'both',
    name: 'Константин Константинопольский-Преображенский',
    service: 'Поддержка корпоративных клиентов Северо-Западного округа',
    call: { muted: true, held: true },
  },
  { id: 'connecting', leg: { state: 'connecting' } },
  { id: 'lost', leg: { state: 'lost' } },
  { id: 'failed', leg: { state: 'failed' } },
  { id: 'blocked', leg: { blocked: true } },
  { id: 'silent', leg: { silent: true } },
];

/** Calls in every state, as rows with their panels. */
export function CallSamples() {
  const { t } = useTranslation();
  const [openedAt] = useState(() => {
    const now = serverNow();
    fill(now);
    return now;
  });
  return (
    <Samples title="Calls">
      <Sample name="OfferCard of a call" wide>
        <div className={classes.offer}>
          <OfferStack
            offers={[
              {
                id: 'o',
                kind: 'call_in',
                name: 'Анна Кузнецова',
                service: 'Поддержка',
                facts: [
                  { label: 'Статус', value: 'VIP' },
                  { label: 'Телефон', value: '+7 495 123-45-67' },
                  { label: 'Компания', value: 'ООО «Ромашка»' },
                ],
                openedAt,
                until: openedAt + 20_000,
                actions: [
                  { id: 'offer.accept', label: t('action.accept'), allowed: true, perform: nothing },
                  {
                    id: 'offer.reject',
                    label: t('action.reject'),
                    danger: true,
                    allowed: true,
                    perform: nothing,
                  },
                ],
              },
            ]}
          />
        </div>
      </Sample>
      {scenes.map((scene) => (
        <Sample key={scene.id} name={scene.id}>
          <CallScene scene={scene} at={openedAt} />
        </Sample>
      ))}
      <Sample name="Keypad">
        <Keypad segmentId="talk" />
      </Sample>
      <Sample name="DeviceSettings">
        <DeviceSettings calls />
      </Sample>
      <Sample name="Banners" wide>
        {(['PAR-3008', 'PAR-3009', 'PAR-3010', 'PAR-3011'] as const).map((code) => (
          <CodeBanner key={code} code={code} onClose={nothing} />
        ))}
        <CodeBanner code="PAR-2002" args={{ time: '14:32', reason: 'Потеря связи' }} onClose={nothing} />
      </Sample>
    </Samples>
  );
}

function CallScene({ scene, at }: { scene: Scene; at: number }) {
  const segment = segmentOf(scene, at);
  const actions = [...useCallActions(segment), ...useSegmentActions(segment)];
  return (
    <div className={classes.callScene}>
      <CallControls segment={segment} actions={actions} place="bar" />
      <ul className={classes.callRows}>
        <ActiveRow segment={segment} focused />
      </ul>
      <CallPanel segment={segment} actions={actions} />
    </div>
  );
}

function segmentOf({ id, name = '', service = 'Поддержка' }: Scene, at: number): Segment {
  return {
    id,
    interactionId: id,
    callId: id,
    kind: 'voice',
    direction: 'in',
    purpose: 'queue',
    state: 'active',
    serviceId: 's',
    serviceName: service,
    customer: { name, phone: '+74951234567' },
    queuedAt: at,
    offeredAt: at,
    acceptedAt: at - 135_000,
    endedAt: 0,
    endedBy: '',
    endReason: '',
    dispositionId: '',
    comment: '',
    version: 1,
    unread: 0,
    lastCustomerAt: 0,
    answerWarnSeconds: 0,
    mandatoryDisposition: true,
    abilities: ['mute', 'hold', 'digits', 'end', 'transfer', 'set_disposition'],
  };
}

// The panels read the live state, so the scenes stand there.
function fill(at: number): void {
  const calls: Record<string, Call> = {};
  const legs: ReturnType<typeof usePhone.getState>['legs'] = {};
  for (const { id, call, leg } of scenes) {
    calls[id] = {
      id,
      interactionId: id,
      segmentId: id,
      state: 'active',
      direction: 'in',
      number: '+74951234567',
      calledNumber: '+78005553535',
      muted: false,
      held: false,
      heldSince: at - 41_000,
      leg: 'connected',
      customer: 'connected',
      source: 'sip',
      page: { url: '', title: '' },
      parts: [],
      openedAt: at,
      ...call,
    };
    legs[id] = { state: 'connected', blocked: false, silent: false, bad: false, ...leg };
  }
  useLive.setState({ calls });
  usePhone.setState({ legs });
}
