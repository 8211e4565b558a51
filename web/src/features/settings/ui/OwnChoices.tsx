import { Switch } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { changeProfile, type Profile, profileQuery } from '@/shared/api/profile';
import { failed } from '@/shared/ui/failed';
import classes from './settings.module.css';

const CHOICES = ['pinnedTab', 'replyAll'] as const satisfies (keyof Profile)[];

/** How this person likes to work with mails, on whatever machine (E-27, E-34). */
export function OwnChoices() {
  const { t } = useTranslation('settings');
  const profile = useQuery({ ...profileQuery, staleTime: 0 });
  const change = useMutation({ mutationFn: changeProfile, onError: failed });
  if (!profile.data) return null;
  return (
    <section className={classes.part} aria-label={t('choices')}>
      <h3>{t('choices')}</h3>
      {CHOICES.map((name) => (
        <Switch
          key={name}
          mt="xs"
          label={t(name)}
          checked={change.isPending ? (change.variables?.[name] ?? profile.data[name]) : profile.data[name]}
          disabled={change.isPending}
          onChange={(event) => change.mutate({ [name]: event.currentTarget.checked })}
        />
      ))}
    </section>
  );
}
