// The entry: one script tag puts the button on any page.
//   <script src="https://host/call.js" data-key="…" async></script>
// data-lang fixes the language, otherwise it follows the page and the browser.

import { render } from 'preact';
import { wishes } from '../../widget/src/texts';
import { App } from './App';
import { Api } from './api';
import { Session } from './session';
import css from './style.css?inline';

declare global {
  interface Window {
    /** For the site's own buttons: `ParleyCall.call()`. */
    ParleyCall?: { call(): void; hangUp(): void };
  }
}

const script =
  (document.currentScript as HTMLScriptElement | null) ??
  document.querySelector<HTMLScriptElement>('script[data-key][src*="call.js"]');

async function mount(script: HTMLScriptElement): Promise<void> {
  const key = script.dataset.key;
  if (!key || window.ParleyCall) return;
  const host = document.createElement('div');
  host.style.setProperty('all', 'initial', 'important');
  const root = host.attachShadow({ mode: 'open' });
  // Not a style element: the page's policy may forbid those.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  // The page sees a key typed in here as typed on a plain div and may take it for a shortcut.
  for (const type of ['keydown', 'keyup', 'keypress'])
    root.addEventListener(type, (e) => e.stopPropagation());
  const audio = document.createElement('audio');
  const place = document.createElement('div');
  root.append(audio, place);
  const asked = wishes(script.dataset.lang, document.documentElement.lang, navigator.languages);
  const session = new Session(new Api(new URL(script.src).origin, key), asked, audio);
  window.ParleyCall = { call: () => void session.call(), hangUp: () => session.hangUp() };
  addEventListener('pagehide', () => session.leave());
  // The chat's button has the same corner.
  const raised = !!document.querySelector('script[data-key][src*="widget.js"]');
  render(<App session={session} raised={raised} />, place);
  document.documentElement.append(host);
  for (let wait = 5_000; ; wait = Math.min(60_000, wait * 2)) {
    try {
      return await session.load();
    } catch {
      await new Promise((done) => setTimeout(done, wait)); // without it there is no button at all
    }
  }
}

if (script) {
  if (document.readyState === 'loading')
    document.addEventListener('DOMContentLoaded', () => void mount(script));
  else void mount(script);
}
