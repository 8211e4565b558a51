import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import { type Code, WINDOWS } from '@/shared/api/codes';
import { ApiError, NetworkError } from '@/shared/api/errors';
import { CodeWindow } from './DecisionWindow';
import { toast } from './toasts';

const useShown = create<{ error: unknown }>(() => ({ error: null }));

/**
 * Says that a command was not done: codes that need a decision as a window,
 * everything else as a message that stays. An aborted request is nobody's error.
 */
export function failed(error: unknown): void {
  if (error instanceof DOMException && error.name === 'AbortError') return;
  const code = codeOf(error);
  if ((WINDOWS as readonly string[]).includes(code)) {
    useShown.setState({ error });
    return;
  }
  const known = i18next.exists(`${code}.what`, { ns: 'errors' }) ? (code as Code) : 'PAR-0007';
  const values = argsOf(error);
  toast({
    tone: 'bad',
    title: i18next.t(`${known}.what`, { ns: 'errors', ...values }),
    text: i18next.t(`${known}.todo`, { ns: 'errors', ...values }),
  });
}

/** The window of the last command that failed with a code of a window. Mount once. */
export function FailedWindow() {
  useTranslation('errors');
  const error = useShown((shown) => shown.error);
  return (
    <CodeWindow
      error={error ?? 'PAR-0007'}
      opened={error !== null}
      onClose={() => useShown.setState({ error: null })}
    />
  );
}

function codeOf(error: unknown): string {
  return error instanceof ApiError || error instanceof NetworkError ? error.code : 'PAR-0007';
}

function argsOf(error: unknown): Record<string, string | number> {
  const problem = error instanceof ApiError ? error.problem : {};
  return {
    field: problem.field ?? '',
    what: problem.detail ?? '',
    max: '–',
    retryAfterSeconds: 5,
    number: '–',
    ...problem.args,
  };
}
