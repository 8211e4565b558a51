// The entry: one script tag puts the chat on any page.
//   <script src="https://host/widget.js" data-key="…" async></script>
// data-lang fixes the language, otherwise it follows the page and the browser.

import { render } from 'preact';
import { chime, markTitle } from './host';
import { Session } from './session';
import { unread } from './state';
import css from './style.css?inline';
import { App } from './ui/App';

interface Handle {
  open(): void;
  close(): void;
}

declare global {
  interface Window {
    /** For the site's own buttons: `Parley.open()`. */
    Parley?: Handle;
  }
}

const script =
  (document.currentScript as HTMLScriptElement | null) ??
  document.querySelector<HTMLScriptElement>('script[data-key][src*="widget.js"]');

function mount(script: HTMLScriptElement): void {
  const key = script.dataset.key;
  if (!key || window.Parley) return;
  const base = new URL(script.src).origin;
  const session = new Session({ base, key, lang: script.dataset.lang }, chime);
  const bell = () => markTitle(document.hidden ? unread(session.state) : 0);
  session.subscribe(bell);
  document.addEventListener('visibilitychange', bell);
  render(<App session={session} />, shadow());
  session.begin();
  window.Parley = { open: () => session.setOpen(true), close: () => session.setOpen(false) };
}

/** A root of our own: the page's rules don't come in, ours don't go out. */
function shadow(): ShadowRoot {
  const host = document.createElement('div');
  host.style.setProperty('all', 'initial', 'important');
  const root = host.attachShadow({ mode: 'open' });
  // Not a style element: the page's policy may forbid those.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  // The page sees a key typed in here as typed on a plain div and may take it for a shortcut.
  for (const type of ['keydown', 'keyup', 'keypress']) {
    root.addEventListener(type, (e) => e.stopPropagation());
  }
  document.documentElement.append(host);
  return root;
}

if (script) {
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => mount(script));
  else mount(script);
}
