import { useQuery } from '@tanstack/react-query';
import { createFileRoute, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Me, meQuery } from '@/features/signin/api/session';
import { AskReset } from '@/features/signin/ui/AskReset';
import { ChangePassword } from '@/features/signin/ui/ChangePassword';
import { SignIn } from '@/features/signin/ui/SignIn';
import { dateFormat } from '@/shared/lib/format';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';

interface Search {
  /** Why the last session ended, by whom and when. */
  code?: string;
  by?: string;
  at?: number;
  /** Where the person was going. */
  to?: string;
}

export const Route = createFileRoute('/login')({
  validateSearch: (search: Record<string, unknown>): Search => ({
    code: typeof search.code === 'string' ? search.code : undefined,
    by: typeof search.by === 'string' ? search.by : undefined,
    at: typeof search.at === 'number' ? search.at : undefined,
    // A path of this site only, never another site's address.
    to: typeof search.to === 'string' && /^\/[a-z]/.test(search.to) ? search.to : undefined,
  }),
  component: Login,
});

function Login() {
  const { code, by, at, to } = Route.useSearch();
  const { i18n } = useTranslation();
  const router = useRouter();
  const me = useQuery(meQuery);
  const inside = me.data && !me.data.mustChangePassword ? (to ?? homeOf(me.data)) : undefined;
  useEffect(() => {
    if (inside) router.history.replace(inside);
  }, [inside, router]);

  const [forgotten, setForgotten] = useState<string | null>(null);

  if (me.isPending || inside) return <LoadingState />;
  if (me.isError) return <ErrorState error={me.error} onRetry={() => void me.refetch()} />;
  if (me.data) return <ChangePassword onChanged={() => {}} />;
  if (forgotten !== null) return <AskReset login={forgotten} onBack={() => setForgotten(null)} />;
  const time = at ? dateFormat(i18n.language, { timeStyle: 'short' }).format(at) : '–';
  const notice = code ? { code, args: { supervisor: by ?? '–', time } } : undefined;
  return <SignIn notice={notice} onSignedIn={() => {}} onForgotten={setForgotten} />;
}

/** Where a person's work is. */
function homeOf(me: Me): string {
  const may = (part: string) => me.privileges?.some((one) => one.startsWith(part));
  if (may('handle.')) return '/agentdesktop';
  if (may('supervise.live')) return '/supervise';
  return '/admin';
}
