import {
  type Icon,
  IconBook,
  IconClock,
  IconCoffee,
  IconDoorExit,
  IconPhone,
  IconSchool,
  IconTool,
  IconToolsKitchen2,
  IconUsers,
} from '@tabler/icons-react';

// The pictures an administrator may give a reason of Not ready.
const icons: Record<string, Icon> = {
  coffee: IconCoffee,
  utensils: IconToolsKitchen2,
  'door-open': IconDoorExit,
  'graduation-cap': IconSchool,
  users: IconUsers,
  phone: IconPhone,
  book: IconBook,
  tool: IconTool,
  clock: IconClock,
};

export const reasonIcon = (name: string): Icon | undefined => icons[name];
