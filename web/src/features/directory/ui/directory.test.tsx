import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { api } from '@/shared/api/client';
import { ApiError } from '@/shared/api/errors';
import { startI18n, wordsOf } from '@/shared/i18n/i18n';
import { LookProvider } from '@/shared/ui/theme/LookProvider';
import { Directory } from './Directory';

const people = [
  { userId: 'u1', name: 'Anna Bell', extension: '101', position: '', photoFileId: '', presence: 'available' },
  {
    userId: 'u2',
    name: 'Boris Bell',
    extension: '',
    position: 'Agent',
    photoFileId: '',
    presence: 'talking',
  },
  { userId: 'u3', name: 'Vera Orlova', extension: '103', position: '', photoFileId: '', presence: 'offline' },
];
const post = vi.spyOn(api, 'POST');

beforeAll(async () => {
  await startI18n();
  await wordsOf('directory');
});
beforeEach(() => {
  post.mockReset();
  post.mockResolvedValue({ data: { segmentId: 's1' } } as never);
  vi.spyOn(api, 'GET').mockImplementation((async (_: string, init: { params: { query: { q: string } } }) => {
    const q = init.params.query.q.toLowerCase();
    const items = people.filter((one) => one.name.toLowerCase().includes(q) || one.extension.startsWith(q));
    return { data: { items, total: items.length, services: [{ id: 'sales', name: 'Sales' }] } };
  }) as never);
});
afterEach(cleanup);

function show() {
  render(
    <LookProvider>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <Directory recent={<p>nothing recent</p>} />
      </QueryClientProvider>
    </LookProvider>,
  );
  return screen.findByText('Anna Bell').then(() => screen.getByRole('textbox'));
}
const called = () => (post.mock.calls as unknown[][]).map(([, init]) => (init as { body?: unknown }).body);

test('[V-7] an extension and Enter call; what stands in the way is said beside the line', async () => {
  const line = await show();
  await userEvent.type(line, '777{Enter}');
  await waitFor(() => expect(called()).toEqual([{ extension: '777' }]));
  post.mockRejectedValueOnce(new ApiError(409, { code: 'PAR-0005', args: { refused: 'targetBusy' } }));
  await userEvent.type(line, '{Enter}');
  expect((await screen.findByRole('alert')).textContent).toContain('Busy');
  await userEvent.type(line, '8');
  expect(screen.queryByRole('alert')).toBeNull();
});

test('[V-7] a part of a name finds; arrows lead to the row, Enter calls; nobody is called who is not signed in', async () => {
  const line = await show();
  expect(screen.getAllByRole('button', { name: /^Call / })).toHaveLength(2);
  await userEvent.type(line, 'bell');
  await waitFor(() => expect(screen.queryByText('Vera Orlova')).toBeNull());
  expect([...document.querySelectorAll('mark')].map((one) => one.textContent)).toEqual(['Bell', 'Bell']);
  await userEvent.keyboard('{Enter}'); // two fit: nobody is called by chance
  expect(called()).toEqual([]);
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{Enter}');
  await waitFor(() => expect(called()).toEqual([{ userId: 'u2' }]));
  await userEvent.keyboard('{Escape}');
  expect(document.activeElement).toBe(line);
});

test('[D-7] the recent contacts stand in the other tab', async () => {
  await show();
  await userEvent.click(screen.getByRole('tab', { name: 'Recent' }));
  expect(screen.getByText('nothing recent')).toBeTruthy();
});
