import { Alert, Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorWords } from '@/shared/ui/errorWords';
import { askReset } from '../api/session';
import { Gate } from './Gate';

/** Asks for a link for a new password. What is answered tells nothing about who has an account. */
export function AskReset({ login: begun, onBack }: { login: string; onBack: () => void }) {
  const { t } = useTranslation('signin');
  const words = useErrorWords();
  const [login, setLogin] = useState(begun);
  const ask = useMutation({ mutationFn: () => askReset(login.trim()) });
  const said = ask.error ? words(ask.error) : undefined;
  if (ask.isSuccess)
    return (
      <Gate title={t('reset.title')}>
        <p role="status">{t('reset.sent')}</p>
        <Button fullWidth mt="lg" variant="default" autoFocus onClick={onBack}>
          {t('reset.back')}
        </Button>
      </Gate>
    );
  return (
    <Gate title={t('reset.title')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate();
        }}
      >
        <p>{t('reset.about')}</p>
        {said && (
          <Alert color="red" title={said.what} mb="md" role="alert">
            {said.todo}
          </Alert>
        )}
        <TextInput
          label={t('login')}
          autoComplete="username"
          autoFocus
          required
          value={login}
          onChange={(event) => setLogin(event.currentTarget.value)}
        />
        <Button type="submit" fullWidth mt="lg" loading={ask.isPending} disabled={!login.trim()}>
          {t('reset.ask')}
        </Button>
        <Button variant="subtle" fullWidth mt="xs" onClick={onBack}>
          {t('reset.back')}
        </Button>
      </form>
    </Gate>
  );
}
