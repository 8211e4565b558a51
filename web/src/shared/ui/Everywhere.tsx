import { Palette } from './actions/Palette';
import { useShortcuts } from './actions/registry';
import { ShortcutsHelp } from './actions/ShortcutsHelp';
import { FailedWindow } from './failed';
import { Toasts } from './toasts';

/** What every page has: toasts, the command palette, the list of shortcuts, the keyboard. */
export function Everywhere() {
  useShortcuts();
  return (
    <>
      <Toasts />
      <Palette />
      <ShortcutsHelp />
      <FailedWindow />
    </>
  );
}
