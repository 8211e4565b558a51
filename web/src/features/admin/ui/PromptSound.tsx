import { Button, FileButton, Group } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { FormSection } from '@/shared/ui/admin/EntityForm';
import { failed } from '@/shared/ui/failed';
import { toast } from '@/shared/ui/toasts';
import type { Thing } from '../api/store';
import { uploadPrompt } from '../api/voice';

/** The sound of a prompt: heard, and replaced by another file (M-25). */
export function PromptSound({ prompt, onDone }: { prompt: Thing; onDone: () => void }) {
  const { t } = useTranslation('admin');
  const upload = useMutation({
    mutationFn: (file: File) => uploadPrompt(prompt.id, file),
    onError: failed,
    onSuccess: () => {
      toast({ tone: 'good', title: t('prompt.done') });
      onDone();
    },
  });
  return (
    <FormSection title={t('prompt.title')}>
      {prompt.fileId ? (
        // biome-ignore lint/a11y/useMediaCaption: the words of a prompt are its name
        <audio controls preload="none" src={`/api/prompts/${prompt.id}/sound`} />
      ) : (
        <p>{t('prompt.none')}</p>
      )}
      <Group>
        <FileButton accept=".wav,.mp3,audio/*" onChange={(file) => file && upload.mutate(file)}>
          {(props) => (
            <Button
              {...props}
              variant="default"
              leftSection={<IconUpload size={16} aria-hidden />}
              loading={upload.isPending}
            >
              {t('prompt.upload')}
            </Button>
          )}
        </FileButton>
      </Group>
    </FormSection>
  );
}
