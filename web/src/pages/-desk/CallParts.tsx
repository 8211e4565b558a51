import { later } from '@/shared/ui/later';
import { withWords } from './withWords';

// The parts of the desk that only calls need.

/** The call in focus, under the rows of the list. */
export const CallArea = later(() =>
  withWords(
    'directory',
    import('@/features/call/ui/CallPanel').then((file) => file.CallPanel),
  ),
);

/** Its controls in the status bar. */
export const CallBlock = later(() =>
  import('@/features/call/ui/CallControls').then((file) => file.CallControls),
);

/** What stands in the way of calls, as banners. */
export const CallWarnings = later(() =>
  import('@/features/call/ui/CallBanners').then((file) => file.CallBanners),
);
