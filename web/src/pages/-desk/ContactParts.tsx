import { LoadingState } from '@/shared/ui/LoadingState';
import { later } from '@/shared/ui/later';
import { withWords } from './withWords';

// The parts of the desk about customers and their cards.

/** The customer in focus. */
export const ContactCard = later(
  () => withWords('contact', import('@/features/contact/ui/ContactCard')).then((file) => file.ContactCard),
  <LoadingState />,
);

/** A card that was opened. */
export const StoredCard = later(
  () => withWords('contact', import('@/features/contact/ui/StoredCard')).then((file) => file.StoredCard),
  <LoadingState />,
);

/** Search over contacts and cases. */
export const ContactSearch = later(
  () =>
    withWords('contact', import('@/features/contact/ui/ContactSearch')).then((file) => file.ContactSearch),
  <LoadingState />,
);

/** The customer in focus, in the status bar. */
export const CustomerBlock = later(() =>
  withWords('contact', import('@/features/contact/ui/CustomerBlock')).then((file) => file.CustomerBlock),
);

/** The windows about a card; pictures have their words among the settings'. */
export const CardWindows = later(() =>
  withWords('contact', withWords('settings', import('@/features/contact/ui/CardWindows'))).then(
    (file) => file.CardWindows,
  ),
);
