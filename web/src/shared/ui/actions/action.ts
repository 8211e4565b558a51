import type { Icon } from '@tabler/icons-react';

/**
 * Something a person can do, defined once for its button, menu, palette and
 * keyboard. Where it comes from an entity, `allowed` is one of its `abilities`.
 */
export interface Action {
  /** Stable, `segment.end`. */
  id: string;
  label: string;
  icon?: Icon;
  /** By the place of the key, so it works in every layout: `Alt+Shift+KeyT`. */
  shortcut?: string;
  allowed: boolean;
  /** Stands beside the label of a forbidden action: why. */
  reason?: string;
  danger?: boolean;
  /** What the action takes back is in force: muted, on hold. The button stands out. */
  lit?: boolean;
  /** Heading in the palette and in the list of shortcuts. */
  group?: string;
  perform: () => void;
}

interface Keys {
  alt: boolean;
  ctrl: boolean;
  shift: boolean;
  code: string;
}

function keysOf(shortcut: string): Keys {
  const parts = shortcut.split('+');
  return {
    alt: parts.includes('Alt'),
    ctrl: parts.includes('Ctrl'),
    shift: parts.includes('Shift'),
    code: parts.at(-1) ?? '',
  };
}

/** Whether the pressed keys are the shortcut. Ctrl is ⌘ on a Mac. */
export function matches(event: KeyboardEvent, shortcut: string): boolean {
  const keys = keysOf(shortcut);
  return (
    event.code === keys.code &&
    event.altKey === keys.alt &&
    event.shiftKey === keys.shift &&
    (event.ctrlKey || event.metaKey) === keys.ctrl
  );
}

/** A shortcut without Ctrl or Alt would type a letter where text is typed. */
export function typesText(shortcut: string): boolean {
  const keys = keysOf(shortcut);
  return !keys.alt && !keys.ctrl && !/^F\d+$/.test(keys.code);
}

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const named: Record<string, string> = {
  Slash: '/',
  Comma: ',',
  Period: '.',
  Minus: '-',
  Equal: '=',
  Space: '␣',
  Enter: '↵',
  Escape: 'Esc',
  ArrowUp: '↑',
  ArrowDown: '↓',
};

/** The shortcut as people read it: `Alt+Shift+T`, on a Mac `⌥⇧T`. */
export function shortcutText(shortcut: string): string {
  const keys = keysOf(shortcut);
  if (keys.code === 'Slash' && keys.shift && !keys.alt && !keys.ctrl) return '?';
  const key = named[keys.code] ?? keys.code.replace(/^(Key|Digit|Numpad)/, '');
  const parts = isMac
    ? [keys.ctrl && '⌘', keys.alt && '⌥', keys.shift && '⇧', key]
    : [keys.ctrl && 'Ctrl', keys.alt && 'Alt', keys.shift && 'Shift', key];
  return parts.filter(Boolean).join(isMac ? '' : '+');
}

/** Whether the keyboard is writing text just now. */
export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  if (!(target instanceof HTMLInputElement)) return target instanceof HTMLSelectElement;
  return !['button', 'checkbox', 'radio', 'range', 'submit', 'reset', 'file', 'color'].includes(target.type);
}
