import { useTranslation } from 'react-i18next';
import { useLive } from '@/shared/live/live';
import { DecisionWindow } from '@/shared/ui/DecisionWindow';
import { end, useEndQuestion } from './useSegmentActions';

const close = () => useEndQuestion.setState({ segmentId: '' });

/** Asks before a mail is finished that nobody answers (E-25). */
export function EndMailWindow() {
  const { t } = useTranslation(['interactions', 'common']);
  const { segmentId } = useEndQuestion();
  const opened = useLive((live) => live.segments[segmentId]?.state === 'active');
  return (
    <DecisionWindow
      opened={opened}
      title={t('endMailTitle')}
      onClose={close}
      decisions={[
        { id: 'no', label: t('common:action.cancel'), onChoose: close },
        {
          id: 'yes',
          label: t('endMail'),
          kind: 'main',
          onChoose: () => {
            end(segmentId);
            close();
          },
        },
      ]}
    >
      <p>{t('endMailText')}</p>
    </DecisionWindow>
  );
}
