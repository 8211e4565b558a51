import { type ComponentType, lazy, type ReactNode, Suspense } from 'react';
import { inIdleTime } from '@/shared/lib/idle';

/**
 * A part of the page in a file of its own, so that the page shows without it.
 * It is fetched when the page has nothing better to do, and is there by the
 * time somebody needs it; until then `meanwhile` stands in its place.
 */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  meanwhile: ReactNode = null,
): ComponentType<Props> {
  const Part = lazy(async () => ({ default: await load() }));
  inIdleTime(load);
  return (props) => (
    <Suspense fallback={meanwhile}>
      <Part {...props} />
    </Suspense>
  );
}
