import { Recent } from '@/features/recent/ui/Recent';
import { LoadingState } from '@/shared/ui/LoadingState';
import { later } from '@/shared/ui/later';
import { withWords } from './withWords';

const Directory = later(
  () =>
    withWords(
      'directory',
      import('@/features/directory/ui/Directory').then((file) => file.Directory),
    ),
  <LoadingState rows={3} />,
);

/** Under the rows while nothing is in hand: whom to call, for those who do, and the recent contacts (D-7). */
export function Below({ dials }: { dials: boolean }) {
  return dials ? <Directory recent={<Recent />} /> : <Recent />;
}
