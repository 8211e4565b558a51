import { Alert, Button, PasswordInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/shared/api/errors';
import { DecisionWindow } from '@/shared/ui/DecisionWindow';
import { useErrorWords } from '@/shared/ui/errorWords';
import { resetOfferQuery, signIn } from '../api/session';
import { Gate } from './Gate';

/** The sign-in page. `notice` says why the last session ended. */
export function SignIn({
  notice,
  onSignedIn,
  onForgotten,
}: {
  notice?: { code: string; args?: Record<string, string> };
  onSignedIn: () => void;
  /** The password is forgotten, of this user name as far as it is typed. */
  onForgotten: (login: string) => void;
}) {
  const { t } = useTranslation(['signin', 'common']);
  const words = useErrorWords();
  const offer = useQuery(resetOfferQuery);
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [elsewhere, setElsewhere] = useState(false);
  const passwordField = useRef<HTMLInputElement>(null);

  const enter = async (force: boolean) => {
    setBusy(true);
    setError(null);
    setElsewhere(false);
    try {
      await signIn(login.trim(), password, force);
      onSignedIn();
    } catch (problem) {
      if (problem instanceof ApiError && problem.code === 'PAR-1002') setElsewhere(true);
      else {
        setError(problem);
        passwordField.current?.select();
      }
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void enter(false);
  };
  const said = error ? words(error) : undefined;
  const told = notice && !error ? words(notice.code, notice.args) : undefined;

  return (
    <Gate title={t('title')}>
      <form onSubmit={submit}>
        {told && (
          <Alert color="yellow" title={told.what} mb="md">
            {told.todo}
          </Alert>
        )}
        {said && (
          <Alert color="red" title={said.what} mb="md" role="alert">
            {said.todo}
          </Alert>
        )}
        <TextInput
          label={t('login')}
          name="login"
          autoComplete="username"
          autoFocus
          required
          value={login}
          onChange={(event) => setLogin(event.currentTarget.value)}
        />
        <PasswordInput
          ref={passwordField}
          mt="sm"
          label={t('password')}
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }}
        />
        <Button type="submit" fullWidth mt="lg" loading={busy} disabled={!login.trim() || !password}>
          {t('enter')}
        </Button>
        {offer.data?.offered && (
          <Button variant="subtle" fullWidth mt="xs" onClick={() => onForgotten(login.trim())}>
            {t('reset.forgotten')}
          </Button>
        )}
      </form>
      <DecisionWindow
        opened={elsewhere}
        title={t('force.title')}
        code="PAR-1002"
        onClose={() => setElsewhere(false)}
        decisions={[
          { id: 'no', label: t('common:action.cancel'), onChoose: () => setElsewhere(false) },
          { id: 'yes', label: t('force.yes'), kind: 'main', onChoose: () => enter(true) },
        ]}
      >
        <p>{words('PAR-1002').what}</p>
      </DecisionWindow>
    </Gate>
  );
}
