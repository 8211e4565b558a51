import type { ModalProps } from '@mantine/core';
import { lazy, Suspense, useRef } from 'react';
import { inIdleTime } from '@/shared/lib/idle';

const load = () => import('./MantineModal');
const Modal = lazy(load);
// Ready before anybody can open one, but not in the way of the first screen.
inIdleTime(load);

/** A window over the desktop. Its code is no part of the first route; closed, it costs nothing. */
export function Window(props: ModalProps) {
  const everOpened = useRef(false);
  everOpened.current ||= props.opened;
  if (!everOpened.current) return null;
  return (
    <Suspense fallback={null}>
      <Modal {...props} />
    </Suspense>
  );
}
