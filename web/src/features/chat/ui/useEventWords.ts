import { useTranslation } from 'react-i18next';
import type { Message } from '@/shared/live/entities';

const CODES = [
  'joined',
  'left',
  'transferred',
  'queued',
  'returned',
  'unserved',
  'kept',
  'idle_closed',
  'not_joined',
  'invited',
] as const;

/** Says what happened in a conversation besides writing. */
export function useEventWords(): (message: Message) => string {
  const { t } = useTranslation('chat');
  return ({ event, text }) => {
    const code = CODES.find((one) => one === event?.code);
    const { name = '', service = '', by } = event?.args ?? {};
    if (code) return t(`event.${code}`, { name: name || service });
    if (event?.code === 'ended')
      return t(
        by === 'customer' ? 'event.endedByCustomer' : by === 'agent' ? 'event.endedByAgent' : 'event.ended',
      );
    return text ?? event?.code ?? '';
  };
}
