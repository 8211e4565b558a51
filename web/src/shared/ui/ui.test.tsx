import { IconPhoneOff } from '@tabler/icons-react';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startI18n } from '@/shared/i18n/i18n';
import { ActionMenu } from './actions/ActionButton';
import { type Action, matches, shortcutText, typesText } from './actions/action';
import { useActions, useShortcuts } from './actions/registry';
import { ChatBubble } from './chat/ChatBubble';
import { Composer } from './chat/Composer';
import { OfferStack } from './offer/OfferCard';
import ToastPlace from './ToastPlace';
import { compare } from './table/columns';
import { readTableState, writeTableState } from './table/state';
import { LookProvider } from './theme/LookProvider';

beforeAll(startI18n);
afterEach(cleanup);
const show = (ui: ReactNode) => render(<LookProvider>{ui}</LookProvider>);

const hangUp = (perform = vi.fn(), allowed = true): Action => ({
  id: 'call.end',
  label: 'Hang up',
  icon: IconPhoneOff,
  shortcut: 'Alt+KeyQ',
  allowed,
  perform,
});

describe('actions', () => {
  test('[D-11] a shortcut is a place on the keyboard, whatever letter stands on it', () => {
    const key = (init: KeyboardEventInit) => new KeyboardEvent('keydown', init);
    expect(matches(key({ code: 'KeyQ', key: 'й', altKey: true }), 'Alt+KeyQ')).toBe(true);
    expect(matches(key({ code: 'KeyQ', key: 'q', altKey: true, shiftKey: true }), 'Alt+KeyQ')).toBe(false);
    expect(shortcutText('Alt+Shift+KeyT')).toBe('Alt+Shift+T');
    expect(shortcutText('Shift+Slash')).toBe('?');
    expect([typesText('Shift+Slash'), typesText('Alt+KeyQ'), typesText('F2')]).toEqual([true, false, false]);
  });

  test('[D-11] a shortcut that may not be used now says why', async () => {
    const refused = [{ ...hangUp(vi.fn(), false), reason: 'Wait for the file' }];
    function Desk() {
      useShortcuts();
      useActions(refused);
      return <ToastPlace />;
    }
    show(<Desk />);
    dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyQ', key: 'q', altKey: true }));
    expect(await screen.findByText('Wait for the file')).toBeTruthy();
  });

  test('[D-11] one definition serves keyboard and menu; a forbidden one is neither done nor shown', async () => {
    const perform = vi.fn();
    function Desk({ actions }: { actions: Action[] }) {
      useShortcuts();
      useActions(actions);
      return <ActionMenu actions={actions} label="more" />;
    }
    const { rerender } = show(<Desk actions={[hangUp(perform)]} />);
    dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyQ', key: 'й', altKey: true }));
    expect(perform).toHaveBeenCalledTimes(1);
    rerender(
      <LookProvider>
        <Desk actions={[hangUp(perform, false)]} />
      </LookProvider>,
    );
    dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyQ', key: 'й', altKey: true }));
    expect(perform).toHaveBeenCalledTimes(1);
    expect(screen.queryByLabelText('more')).toBeNull();
  });
});

describe('offers', () => {
  test('[D-12/announced] an arriving offer is announced at once and leaves the focus where it is', async () => {
    const user = userEvent.setup();
    const offer = {
      id: 'o1',
      kind: 'chat' as const,
      name: 'Anna',
      service: 'Support',
      openedAt: Date.now(),
      until: Date.now() + 20_000,
      actions: [{ ...hangUp(), id: 'offer.accept', label: 'Accept' }],
    };
    const desk = (offers: (typeof offer)[]) => (
      <LookProvider>
        <input aria-label="draft" />
        <OfferStack offers={offers} />
      </LookProvider>
    );
    const { rerender } = render(desk([]));
    await user.type(screen.getByLabelText('draft'), 'half a sen');
    rerender(desk([offer]));
    expect(document.activeElement).toBe(screen.getByLabelText('draft'));
    await user.keyboard('tence');
    expect(screen.getByLabelText<HTMLInputElement>('draft').value).toBe('half a sentence');
    const live = document.querySelector('[aria-live="assertive"]');
    expect(live?.textContent).toContain('Anna');
    expect(live?.textContent).toContain('Alt+Q');
  });
});

describe('chat', () => {
  test('[C-6] Enter sends, Shift+Enter does not, an empty field sends nothing', async () => {
    const user = userEvent.setup();
    const onSend = vi.fn();
    const { rerender } = show(<Composer value="hello" onChange={() => {}} onSend={onSend} />);
    const field = screen.getByRole('textbox');
    await user.type(field, '{Shift>}{Enter}{/Shift}');
    expect(onSend).not.toHaveBeenCalled();
    await user.type(field, '{Enter}');
    expect(onSend).toHaveBeenCalledTimes(1);
    rerender(
      <LookProvider>
        <Composer value="  " onChange={() => {}} onSend={onSend} />
      </LookProvider>,
    );
    await user.type(screen.getByRole('textbox'), '{Enter}');
    expect(onSend).toHaveBeenCalledTimes(1);
  });

  test('[C-6] what a customer writes is text: no markup, links open apart', () => {
    show(<ChatBubble side="customer" text={'<img src=x onerror=alert(1)> https://a.b/c'} at={0} />);
    expect(document.querySelector('img')).toBeNull();
    const link = screen.getByRole('link');
    expect(link.getAttribute('rel')).toContain('noopener');
    expect(link.getAttribute('href')).toBe('https://a.b/c');
  });
});

describe('tables', () => {
  test('[R-2] a table’s state survives the address', () => {
    const state = { filter: 'a&b=c', sort: { id: 'wait', descending: true }, columns: ['name', 'wait'] };
    expect(readTableState(writeTableState(state))).toEqual(state);
    expect(readTableState('')).toEqual({ filter: '' });
  });

  test('[R-2] what is missing comes last in either direction, numbers by size, words by the alphabet', () => {
    const sort = (values: unknown[], descending: boolean) =>
      [...values].sort((a, b) => compare(a, b, descending) * (descending ? -1 : 1));
    expect(sort([10, null, 9, 100], false)).toEqual([9, 10, 100, null]);
    expect(sort([10, null, 9, 100], true)).toEqual([100, 10, 9, null]);
    expect(sort(['б10', 'б9', 'А', ''], false)).toEqual(['А', 'б9', 'б10', '']);
  });
});
