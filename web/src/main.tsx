import { QueryClientProvider } from '@tanstack/react-query';
import { createRouter, RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { routeTree } from './routeTree.gen';
import { queryClient } from './shared/api/queries';
import { startI18n } from './shared/i18n/i18n';
import { ErrorState } from './shared/ui/ErrorState';
import { LoadingState } from './shared/ui/LoadingState';
import { LookProvider } from './shared/ui/theme/LookProvider';

const router = createRouter({
  routeTree,
  context: { queryClient },
  defaultPreload: 'intent',
  defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
  defaultPendingComponent: () => <LoadingState />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

const place = document.getElementById('root');
if (!place) throw new Error('no #root in the page');
await startI18n();
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <LookProvider>
        <RouterProvider router={router} />
      </LookProvider>
    </QueryClientProvider>
  </StrictMode>,
);
