import { Button } from '@mantine/core';
import { Notifications, notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';

import type { Toast } from './toasts';

const icons = { good: IconCircleCheck, info: IconInfoCircle, bad: IconAlertTriangle };
const colors = { good: 'green', info: 'brand', bad: 'red' };
const LASTS = 5_000;
const shown = new Map<string, number>();

/** Shows it, or counts it up when it is shown already. */
export function show(message: Toast): void {
  const tone = message.tone ?? 'info';
  const id = `${tone}:${message.title}:${message.text ?? ''}`;
  const count = (shown.get(id) ?? 0) + 1;
  shown.set(id, count);
  const Sign = icons[tone];
  const data = {
    id,
    title: message.title,
    message: <ToastText message={message} count={count} onDone={() => notifications.hide(id)} />,
    icon: <Sign size={18} aria-hidden />,
    color: colors[tone],
    autoClose: tone === 'bad' || message.action ? (false as const) : LASTS,
    onClose: () => shown.delete(id),
    closeButtonProps: { 'aria-label': i18next.t('toast.close') },
  };
  if (count === 1) notifications.show(data);
  else notifications.update(data);
}

function ToastText({ message, count, onDone }: { message: Toast; count: number; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      {message.text}
      {count > 1 && <span className="num"> · {t('toast.again', { count })}</span>}
      {message.action && (
        <div style={{ marginTop: '0.375rem' }}>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              message.action?.perform();
              onDone();
            }}
          >
            {message.action.label}
          </Button>
        </div>
      )}
    </>
  );
}

/** The place of the toasts: at most three, bottom right, where no control stands. */
export default function ToastPlace() {
  return <Notifications position="bottom-right" limit={3} zIndex={400} containerWidth="23rem" />;
}
