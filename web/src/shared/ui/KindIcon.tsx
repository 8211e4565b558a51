import {
  IconBrandTelegram,
  IconBrandVk,
  IconBrandWhatsapp,
  IconDeviceMobileMessage,
  IconListDetails,
  IconMail,
  IconMessage2,
  IconMessages,
  IconPhone,
  IconPhoneCalling,
  IconPhoneIncoming,
  IconPhoneOutgoing,
  IconPhoneRinging,
  IconRecordMail,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './State.module.css';
import type { State } from './StateIcon';

const kinds = {
  call: IconPhone,
  call_in: IconPhoneIncoming,
  call_out: IconPhoneOutgoing,
  call_internal: IconPhoneCalling,
  conference: IconUsersGroup,
  callback: IconPhoneRinging,
  voicemail: IconRecordMail,
  chat: IconMessage2,
  telegram: IconBrandTelegram,
  vk: IconBrandVk,
  whatsapp: IconBrandWhatsapp,
  viber: IconMessages,
  sms: IconDeviceMobileMessage,
  email: IconMail,
  preview: IconListDetails,
} as const;

export type Kind = keyof typeof kinds;

export const KINDS = Object.keys(kinds) as Kind[];

/** The kind to show for what the server calls a channel and a direction. */
export function kindOf(kind: string, direction?: string): Kind {
  const exact = { voice: `call_${direction}`, call: `call_${direction}`, web: 'chat' }[kind] ?? kind;
  return exact in kinds ? (exact as Kind) : kind === 'voice' ? 'call' : 'chat';
}

/** What kind of contact it is, as a picture with its name for readers of the screen. */
export function KindIcon({ kind, state, size = 18 }: { kind: Kind; state?: State; size?: number }) {
  const { t } = useTranslation();
  const Sign = kinds[kind];
  return (
    <span className={classes.icon} data-state={state} role="img" aria-label={t(`kind.${kind}`)}>
      <Sign size={size} stroke={1.7} aria-hidden />
    </span>
  );
}
