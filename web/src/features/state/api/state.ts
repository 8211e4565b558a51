import { queryOptions } from '@tanstack/react-query';
import { api, done } from '@/shared/api/client';

/** Reasons of Not ready that this agent may choose. */
export const reasonsQuery = queryOptions({
  queryKey: ['desk', 'reasons'],
  queryFn: () => done(api.GET('/api/desk/reasons')),
});

export const startShift = () => done(api.POST('/api/desk/shift'));

export const chooseState = (state: 'ready' | 'not_ready' | 'supervising', reasonId = '') =>
  done(api.POST('/api/desk/state', { body: { state, reasonId } }));

export const leaveShift = () => done(api.POST('/api/desk/sign-out', { body: { confirm: true } }));
