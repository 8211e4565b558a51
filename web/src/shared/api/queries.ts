import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './errors';

/**
 * The cache of what the server said. Live entities are kept fresh by the
 * socket, so nothing is fetched again only because a window got the focus.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status < 500),
    },
    mutations: { retry: false },
  },
});
