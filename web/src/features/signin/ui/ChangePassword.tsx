import { Alert, Button, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/shared/api/errors';
import { useErrorWords } from '@/shared/ui/errorWords';
import { changePassword } from '../api/session';
import { Gate } from './Gate';

/** The first sign-in with a password somebody else knows leads here, and nowhere else. */
export function ChangePassword({ onChanged }: { onChanged: () => void }) {
  const { t } = useTranslation('signin');
  const words = useErrorWords();
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const [again, setAgain] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fields = error instanceof ApiError ? error.fields : {};
  const unknown = error && Object.keys(fields).length === 0 ? words(error) : undefined;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await changePassword(old, fresh);
      onChanged();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const differ = again !== '' && again !== fresh;

  return (
    <Gate title={t('change.title')}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{t('change.why')}</p>
        {unknown && (
          <Alert color="red" title={unknown.what} mb="md" role="alert">
            {unknown.todo}
          </Alert>
        )}
        <PasswordInput
          label={t('change.old')}
          autoComplete="current-password"
          autoFocus
          required
          value={old}
          error={fields.old}
          onChange={(event) => setOld(event.currentTarget.value)}
        />
        <PasswordInput
          mt="sm"
          label={t('change.fresh')}
          autoComplete="new-password"
          required
          value={fresh}
          error={fields.new}
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
        <Button type="submit" fullWidth mt="lg" loading={busy} disabled={!old || !fresh || fresh !== again}>
          {t('change.save')}
        </Button>
      </form>
    </Gate>
  );
}
