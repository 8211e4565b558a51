import { create } from 'zustand';
import { canTalk, openMicrophone, useDevices, usePlugged, watchDevices } from '@/shared/lib/devices';
import { useLive } from '@/shared/live/live';
import type { Live } from '@/shared/live/reduce';
import { control, negotiate, onControl, reportQuality } from '../api/calls';
import { Leg, type LegState } from './Leg';
import { zipTone } from './zip';

/** How the sound of each call stands, for the screen. */
export const usePhone = create<{ legs: Record<string, LegView> }>(() => ({ legs: {} }));

export interface LegView {
  state: LegState;
  blocked: boolean;
  silent: boolean;
  bad: boolean;
}

// Between an offer that is gone and its row that is not there yet a leg is kept.
const KEPT_FOR = 1_500;

const legs = new Map<string, Leg>();
// Legs whose call was in hand. When it is not any more they end at once: a call
// that comes a second time must not find the connection that just failed.
const inHand = new Set<string>();
const parting = new Map<string, ReturnType<typeof setTimeout>>();
// Offers that were taken without a click, with their beginning.
const taken = new Map<string, number>();
let running = false;
let accept: (segmentId: string) => void;

/**
 * The softphone follows the desk's live state: a leg for every call that rings
 * here or is in hand, also after a reload, and none for any other. It lives
 * outside React, so nothing on the screen can interrupt a call. It takes calls
 * that are to be taken without a click, by the way of accepting it is given.
 */
export function startSoftphone(accepting: (segmentId: string) => void): void {
  accept = accepting;
  if (running || !canTalk()) return;
  running = true;
  watchDevices();
  follow(useLive.getState());
  useLive.subscribe((live, before) => {
    if (live.offers !== before.offers || live.segments !== before.segments || live.calls !== before.calls)
      follow(live, before);
  });
  onControl(() => follow(useLive.getState()));
  useDevices.subscribe((choice, before) => {
    if (choice.speakerId !== before.speakerId) for (const leg of legs.values()) void leg.changeSpeaker();
    if (choice.microphoneId !== before.microphoneId || choice.clean !== before.clean)
      for (const leg of legs.values()) void leg.changeMicrophone();
  });
  usePlugged.subscribe((plugged, before) => {
    if (plugged.speakers !== before.speakers) for (const leg of legs.values()) void leg.changeSpeaker();
    if (plugged.microphones.length > 0 && plugged.microphones !== before.microphones)
      for (const leg of legs.values()) if (!leg.hasMicrophone()) void leg.changeMicrophone();
  });
  // Any sign of a person is what a browser that keeps the sound back waits for.
  for (const sign of ['pointerdown', 'keydown'] as const)
    addEventListener(sign, playBlocked, { capture: true });
}

/** Plays what the browser has kept back; call it from a click. */
export function playBlocked(): void {
  for (const leg of legs.values()) if (leg.blocked) leg.play();
}

/** Tries a leg anew that had given up. */
export function connectAgain(id: string): void {
  if (!legs.has(id)) return;
  end(id);
  follow(useLive.getState());
}

type Wanted = 'rings' | 'talks';

/** Which calls must have a leg. */
export function wantedLegs(live: Pick<Live, 'offers' | 'segments'>): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const offer of Object.values(live.offers))
    if (offer.kind === 'voice') wanted.set(offer.segmentId, 'rings');
  for (const segment of Object.values(live.segments))
    if (segment.kind === 'voice' && segment.state === 'active') wanted.set(segment.id, 'talks');
  return wanted;
}

function follow(live: Live, before?: Live): void {
  const wanted = wantedLegs(live);
  for (const [id, how] of wanted) {
    clearTimeout(parting.get(id));
    parting.delete(id);
    const leg = legs.get(id) ?? begin(id);
    const { muted, held } = control(id);
    leg.setOpen(how === 'talks' && !muted && !held);
    leg.setHeard(how === 'talks');
    if (how === 'rings') void answerAlone(id, leg);
    if (how === 'talks') inHand.add(id);
    if (live.calls[id]?.leg === 'lost' && before?.calls[id]?.leg === 'connected') leg.renew();
  }
  for (const [id, leg] of legs) {
    if (wanted.has(id)) continue;
    leg.setOpen(false);
    leg.setHeard(false);
    const over = live.segments[id] !== undefined; // a row that is not active has ended
    if (over || inHand.has(id)) end(id);
    else if (!parting.has(id))
      parting.set(
        id,
        setTimeout(() => end(id), KEPT_FOR),
      );
  }
}

// Auto-answer (V-5): once the line stands, a beep, then the call. Without a
// microphone or a sound the agent answers by hand.
async function answerAlone(id: string, leg: Leg): Promise<void> {
  const offered = () => useLive.getState().offers[id];
  const offer = offered();
  if (!offer?.autoAnswer || leg.state !== 'connected' || leg.silent) return;
  if (taken.get(id) === offer.openedAt) return;
  taken.set(id, offer.openedAt);
  if ((await zipTone()) && offered()?.openedAt === offer.openedAt) accept(id);
}

function begin(id: string): Leg {
  const leg: Leg = new Leg({
    negotiate: (sdp) => negotiate(id, sdp),
    microphone: openMicrophone,
    speakerId: () => useDevices.getState().speakerId,
    reportQuality: (figures) => reportQuality(id, figures),
    onChange: () => show(id, leg),
  });
  legs.set(id, leg);
  show(id, leg);
  return leg;
}

function end(id: string): void {
  clearTimeout(parting.get(id));
  parting.delete(id);
  inHand.delete(id);
  taken.delete(id);
  legs.get(id)?.close();
  legs.delete(id);
  usePhone.setState(({ legs: { [id]: _, ...rest } }) => ({ legs: rest }));
}

function show(id: string, leg: Leg): void {
  if (legs.get(id) !== leg) return;
  const { state, blocked, silent, watch } = leg;
  usePhone.setState((known) => ({
    legs: { ...known.legs, [id]: { state, blocked, silent, bad: watch.bad } },
  }));
  void answerAlone(id, leg);
}
