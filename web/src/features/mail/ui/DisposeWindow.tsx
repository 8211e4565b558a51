import { Textarea } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DecisionWindow } from '@/shared/ui/DecisionWindow';
import type { Disposition } from '../api/queue';

interface DisposeWindowProps {
  disposition?: Disposition;
  count: number;
  onClose: () => void;
  onGone: () => void;
  onChoose: (disposition: Disposition, comment: string) => Promise<void>;
}

/** Asks before mails leave the queue unanswered, and for the comment that some dispositions want. */
export function DisposeWindow({ disposition, count, onClose, onGone, onChoose }: DisposeWindowProps) {
  const { t } = useTranslation(['mail', 'common']);
  const [comment, setComment] = useState('');
  const [missing, setMissing] = useState(false);
  const [last, setLast] = useState(disposition);
  useEffect(() => {
    if (!disposition) return;
    setLast(disposition); // its name stands while the window goes
    setComment('');
    setMissing(false);
  }, [disposition]);
  const choose = async () => {
    if (!disposition) return;
    if (disposition.needsComment && !comment.trim()) setMissing(true);
    else await onChoose(disposition, comment.trim());
  };
  return (
    <DecisionWindow
      opened={disposition !== undefined}
      title={t('act.sureTitle', { name: last?.name ?? '', mails: t('act.sure', { count }) })}
      onClose={onClose}
      onGone={onGone}
      decisions={[
        { id: 'cancel', label: t('common:action.cancel'), onChoose: onClose },
        { id: 'dispose', label: last?.name ?? '', kind: 'main', onChoose: choose },
      ]}
    >
      {t('act.sureText')}
      {last?.needsComment && (
        <Textarea
          mt="sm"
          label={t('act.comment')}
          withAsterisk
          autosize
          minRows={2}
          maxRows={6}
          maxLength={16000}
          value={comment}
          error={missing && !comment.trim() ? t('common:form.required') : undefined}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
      )}
    </DecisionWindow>
  );
}
