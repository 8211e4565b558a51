import { queryOptions } from '@tanstack/react-query';
import { api, done } from './client';

/** My day so far: breaks, figures, dispositions. */
export const dayQuery = queryOptions({
  queryKey: ['desk', 'home'],
  queryFn: () => done(api.GET('/api/desk/home')),
  refetchInterval: 5_000,
});
