import { Button } from '@mantine/core';
import { Notifications, notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';

export interface Toast {
  tone?: 'good' | 'info' | 'bad';
  title: string;
  text?: string;
  /** Keeps the message until it is closed or the button is pressed. */
  action?: { label: string; perform: () => void };
}

const icons = { good: IconCircleCheck, info: IconInfoCircle, bad: IconAlertTriangle };
const colors = { good: 'green', info: 'brand', bad: 'red' };
const LASTS = 5_000;
const shown = new Map<string, number>();

/** Says something that needs no answer. Errors and what carries a button stay; equal ones are counted. */
export function toast(message: Toast): void {
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

/** Where toasts appear: at most three, bottom right, where no control stands. Mount once. */
export function Toasts() {
  return <Notifications position="bottom-right" limit={3} zIndex={400} containerWidth="23rem" />;
}
