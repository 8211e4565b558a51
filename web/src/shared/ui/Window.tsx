import type { ModalProps } from '@mantine/core';
import { lazy, Suspense, useLayoutEffect, useRef } from 'react';
import { inIdleTime } from '@/shared/lib/idle';

const load = () => import('./MantineModal');
const Modal = lazy(load);
// Ready before anybody can open one, but not in the way of the first screen.
inIdleTime(load);

/** A window over the desktop. Its code is no part of the first route; closed, it costs nothing. */
export function Window(props: ModalProps) {
  useFocusBack(props.opened);
  const everOpened = useRef(false);
  everOpened.current ||= props.opened;
  if (!everOpened.current) return null;
  return (
    <Suspense fallback={null}>
      <Modal {...props} />
    </Suspense>
  );
}

/** Where a window is taken away while it stands open, the focus goes back all the same to where it was. */
function useFocusBack(opened: boolean): void {
  useLayoutEffect(() => {
    if (!opened) return undefined;
    const from = document.activeElement;
    const back = () => {
      if (document.activeElement === document.body && from instanceof HTMLElement)
        from.focus({ preventScroll: true });
    };
    return () => void setTimeout(back, 20);
  }, [opened]);
}
