import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { changeProfile, profileQuery } from '@/shared/api/profile';
import { failed } from '@/shared/ui/failed';
import { PictureInput } from '@/shared/ui/PictureInput';
import classes from './settings.module.css';

/** One's own photo: colleagues see it, and customers where the service shows photos (P-30). */
export function OwnPhoto() {
  const { t } = useTranslation('settings');
  const profile = useQuery({ ...profileQuery, staleTime: 0 });
  const change = useMutation({
    mutationFn: (photoFileId: string) => changeProfile({ photoFileId }),
    onError: failed,
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
