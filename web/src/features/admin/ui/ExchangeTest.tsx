import { Button } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { failed } from '@/shared/ui/failed';
import type { Exchange } from '../api/voice';
import classes from './admin.module.css';

/** Tries another machine and shows what was said. */
export function ExchangeTest<Reason extends string>({
  button,
  ok,
  bad,
  disabled,
  said,
  perform,
}: {
  button: string;
  ok: string;
  bad: string;
  disabled?: boolean;
  /** The reason in words; the detail alone where there is none. */
  said: (reason: Exclude<Reason, ''>, detail: string) => string;
  perform: () => Promise<Exchange<Reason>>;
}) {
  const test = useMutation({ mutationFn: perform, onError: failed });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPlugConnected size={16} aria-hidden />}
        loading={test.isPending}
        disabled={disabled}
        onClick={() => test.mutate()}
      >
        {button}
      </Button>
      {test.data && (
        <div role="status">
          <p className={classes.outcome} data-bad={test.data.ok ? undefined : ''}>
            <b>{test.data.ok ? ok : bad}</b>{' '}
            {test.data.reason
              ? said(test.data.reason as Exclude<Reason, ''>, test.data.detail)
              : test.data.detail}
          </p>
          <pre className={classes.code} translate="no">
            {test.data.text}
          </pre>
        </div>
      )}
    </>
  );
}
