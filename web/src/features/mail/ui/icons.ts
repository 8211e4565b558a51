import {
  type Icon,
  IconAlertTriangle,
  IconArrowForwardUp,
  IconBan,
  IconCalendar,
  IconCheck,
  IconHeart,
  IconHelpCircle,
  IconInfoCircle,
  IconMail,
  IconPhone,
  IconStar,
  IconTag,
  IconX,
} from '@tabler/icons-react';

// The pictures an administrator may give a disposition for the toolbar.
const icons: Record<string, Icon> = {
  check: IconCheck,
  x: IconX,
  phone: IconPhone,
  mail: IconMail,
  calendar: IconCalendar,
  alert: IconAlertTriangle,
  ban: IconBan,
  star: IconStar,
  heart: IconHeart,
  info: IconInfoCircle,
  'circle-help': IconHelpCircle,
  forward: IconArrowForwardUp,
};

export const iconOf = (name: string): Icon => icons[name] ?? IconTag;
