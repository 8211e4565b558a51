import { Alert, Button, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/shared/api/errors';
import { useErrorWords } from '@/shared/ui/errorWords';
import { resetPassword } from '../api/session';
import { Gate } from './Gate';

/** Where the link of a mail leads: a new password, then signing in with it. */
export function ResetPassword({
  token,
  reason,
  onDone,
}: {
  token: string;
  /** Says in the person's language what is wrong with a password. */
  reason: (said: string, args?: Record<string, string | number>) => string;
  onDone: () => void;
}) {
  const { t } = useTranslation('signin');
  const words = useErrorWords();
  const [fresh, setFresh] = useState('');
  const [again, setAgain] = useState('');
  const set = useMutation({ mutationFn: () => resetPassword(token, fresh) });
  const fields: Record<string, string> = set.error instanceof ApiError ? set.error.fields : {};
  const args = set.error instanceof ApiError ? set.error.problem.args : undefined;
  const spent = token === '' || 'token' in fields;
  const unknown = set.error && Object.keys(fields).length === 0 ? words(set.error) : undefined;
  const differ = again !== '' && again !== fresh;
  if (spent || set.isSuccess)
    return (
      <Gate title={t('change.title')}>
        {spent ? (
          <Alert color="red" title={t('reset.spent')} role="alert">
            {t('reset.spentTodo')}
          </Alert>
        ) : (
          <p role="status">{t('reset.done')}</p>
        )}
        <Button fullWidth mt="lg" autoFocus onClick={onDone}>
          {t('reset.back')}
        </Button>
      </Gate>
    );
  return (
    <Gate title={t('change.title')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          set.mutate();
        }}
      >
        {unknown && (
          <Alert color="red" title={unknown.what} mb="md" role="alert">
            {unknown.todo}
          </Alert>
        )}
        <PasswordInput
          label={t('change.fresh')}
          autoComplete="new-password"
          autoFocus
          required
          value={fresh}
          error={fields.new && reason(fields.new, args)}
          aria-invalid={fields.new ? true : undefined}
          onChange={(event) => setFresh(event.currentTarget.value)}
        />
        <PasswordInput
          mt="sm"
          label={t('change.again')}
          autoComplete="new-password"
          required
          value={again}
          error={differ ? t('change.differ') : undefined}
          onChange={(event) => setAgain(event.currentTarget.value)}
        />
        <Button type="submit" fullWidth mt="lg" loading={set.isPending} disabled={!fresh || fresh !== again}>
          {t('reset.save')}
        </Button>
      </form>
    </Gate>
  );
}
