import { lazy, Suspense, useEffect, useState } from 'react';
import { inIdleTime } from '@/shared/lib/idle';

export interface Toast {
  tone?: 'good' | 'info' | 'bad';
  title: string;
  text?: string;
  /** Keeps the message until it is closed or the button is pressed. */
  action?: { label: string; perform: () => void };
}

const load = () => import('./ToastPlace');
const ToastPlace = lazy(load);

/** Says something that needs no answer. Errors and what carries a button stay; equal ones are counted. */
export function toast(message: Toast): void {
  void load().then(({ show }) => show(message));
}

/** Where toasts appear. Mount once; it comes after the first screen, and shows what was said before. */
export function Toasts() {
  const [ready, setReady] = useState(false);
  useEffect(() => inIdleTime(() => setReady(true)), []);
  if (!ready) return null;
  return (
    <Suspense fallback={null}>
      <ToastPlace />
    </Suspense>
  );
}
