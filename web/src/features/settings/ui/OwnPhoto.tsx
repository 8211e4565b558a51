import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, done } from '@/shared/api/client';
import { queryClient } from '@/shared/api/queries';
import { failed } from '@/shared/ui/failed';
import { PictureInput } from '@/shared/ui/PictureInput';
import classes from './settings.module.css';

const key = ['profile'];

/** One's own photo: colleagues see it, and customers where the service shows photos (P-30). */
export function OwnPhoto() {
  const { t } = useTranslation('settings');
  const profile = useQuery({ queryKey: key, queryFn: () => done(api.GET('/api/profile')), staleTime: 0 });
  const change = useMutation({
    mutationFn: async (photoFileId: string) =>
      done(api.PUT('/api/profile', { body: { version: profile.data?.version ?? 0, photoFileId } })),
    onSuccess: (saved) => queryClient.setQueryData(key, saved),
    onError: (error) => {
      failed(error);
      void profile.refetch();
    },
  });
  if (!profile.data) return null;
  const locked = profile.data.lockedFields?.includes('photoFileId') ?? false;
  return (
    <section className={classes.part} aria-label={t('photo')}>
      <h3>{t('photo')}</h3>
      <PictureInput
        shape="photo"
        value={profile.data.photoFileId}
        onChange={(id) => change.mutate(id)}
        disabled={locked || change.isPending}
      />
      <p className={classes.note}>{t(locked ? 'photoLocked' : 'photoText')}</p>
    </section>
  );
}
