// What the widget sees and touches of the customer's page: its address (and
// changes of it without a load), its title as a bell, a soft sound.

import type { Page } from './protocol';

export function currentPage(): Page {
  return { url: location.href.slice(0, 2000), title: plainTitle().slice(0, 300) };
}

/**
 * Calls back after each change of the address, also by a site that never
 * reloads. The page's own history functions stay as they are: where the browser
 * has no event for it (Firefox, Safari before 26), the address is looked at.
 */
export function followPage(moved: () => void): void {
  let last = location.href;
  const look = () => {
    if (location.href === last) return;
    last = location.href;
    setTimeout(moved, 300); // sites set the title after the address
  };
  const { navigation } = window as { navigation?: EventTarget };
  if (navigation) navigation.addEventListener('currententrychange', look);
  else setInterval(look, 1000);
}

let marked = '';
let before = '';

function plainTitle(): string {
  return document.title === marked ? before : document.title;
}

/** Puts the number of unread messages before the page's title; 0 takes it away. */
export function markTitle(n: number): void {
  const title = plainTitle();
  if (n > 0) {
    before = title;
    marked = `(${n}) ${title}`;
    document.title = marked;
  } else if (marked && document.title === marked) {
    document.title = before;
    marked = '';
  }
}

let audio: AudioContext | null = null;

/** Two soft notes. Browsers keep them silent before the first click on the page. */
export function chime(): void {
  try {
    audio ??= new AudioContext();
    if (audio.state === 'suspended') void audio.resume();
    const at = audio.currentTime + 0.02;
    for (const [i, hertz] of [659, 880].entries()) {
      const note = audio.createOscillator();
      const gain = audio.createGain();
      const from = at + i * 0.12;
      note.frequency.value = hertz;
      gain.gain.setValueAtTime(0, from);
      gain.gain.linearRampToValueAtTime(0.07, from + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.0001, from + 0.35);
      note.connect(gain).connect(audio.destination);
      note.start(from);
      note.stop(from + 0.4);
    }
  } catch {
    // no sound here
  }
}
