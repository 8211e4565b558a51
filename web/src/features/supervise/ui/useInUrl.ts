import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** One value of the page kept in the address, so that a link shows the same; '' leaves it out. */
export function useInUrl(name: string): [string, (value: string) => void] {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const value = search[name];
  const set = useCallback(
    (next: string) =>
      void navigate({
        to: '.',
        replace: true,
        search: ((old: Record<string, unknown>) => ({ ...old, [name]: next || undefined })) as never,
      }),
    [navigate, name],
  );
  return [typeof value === 'string' ? value : '', set];
}
