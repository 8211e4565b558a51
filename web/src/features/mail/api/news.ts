import { useEffect } from 'react';
import { queryClient } from '@/shared/api/queries';
import { useMailNews } from '@/shared/live/mail';
import { MAIL_KEY } from './cases';

const AT_MOST = 1_000;

/** Calls at once, then at most once in `ms`, and once more for what came in between. */
export function seldom(perform: () => void, ms: number): { call: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  const run = () => {
    again = false;
    perform();
    timer = setTimeout(() => {
      timer = undefined;
      if (again) run();
    }, ms);
  };
  return {
    call: () => {
      if (timer === undefined) run();
      else again = true;
    },
    stop: () => clearTimeout(timer),
  };
}

/** Reads again what the stream says is another now: the queues, at most once a second, and cases. Mount once. */
export function useMailChanges(on: boolean): void {
  useEffect(() => {
    if (!on) return undefined;
    const queues = seldom(
      () => void queryClient.invalidateQueries({ queryKey: [...MAIL_KEY, 'queue'] }),
      AT_MOST,
    );
    const unsubscribe = useMailNews.subscribe((now, before) => {
      if (now.queues !== before.queues) queues.call();
      if (now.cases === before.cases) return;
      for (const id of Object.keys(now.cases))
        if (now.cases[id] !== before.cases[id])
          void queryClient.invalidateQueries({ queryKey: [...MAIL_KEY, 'case', id] });
    });
    return () => {
      unsubscribe();
      queues.stop();
    };
  }, [on]);
}
