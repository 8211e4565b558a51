import { Button } from '@mantine/core';
import { useState } from 'react';
import { ApiError } from '@/shared/api/errors';
import { Banner, CodeBanner } from '@/shared/ui/Banner';
import { CodeWindow, DecisionWindow } from '@/shared/ui/DecisionWindow';
import { ElsewhereScreen } from '@/shared/ui/ElsewhereScreen';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { toast } from '@/shared/ui/toasts';
import classes from './kit.module.css';
import { Sample, Samples } from './Sample';

const nothing = () => {};

export function MessageSamples() {
  const [opened, setOpened] = useState('');
  const close = () => setOpened('');
  return (
    <Samples title="Messages">
      <Sample name="Banner" wide>
        <div className={classes.column}>
          <CodeBanner code="PAR-1007" />
          <CodeBanner
            code="PAR-2001"
            args={{ time: '14:32', reason: 'Не отвечает' }}
            action={<Button size="compact-sm">Готов</Button>}
            onClose={nothing}
          />
          <CodeBanner code="PAR-3008" onClose={nothing} />
          <Banner
            tone="info"
            title="Maintenance at 22:00."
            text="Finish your contacts by then."
            onClose={nothing}
          />
        </div>
      </Sample>
      <Sample name="Windows and toasts">
        <div className={classes.row}>
          <Button variant="default" onClick={() => setOpened('decision')}>
            DecisionWindow
          </Button>
          <Button variant="default" onClick={() => setOpened('code')}>
            CodeWindow
          </Button>
          <Button variant="default" onClick={() => toast({ tone: 'good', title: 'Saved' })}>
            Toast
          </Button>
          <Button
            variant="default"
            onClick={() =>
              toast({
                tone: 'bad',
                title: 'Not sent',
                text: 'Try again.',
                action: { label: 'Retry', perform: nothing },
              })
            }
          >
            Error toast
          </Button>
        </div>
        <DecisionWindow
          opened={opened === 'decision'}
          title="Пользователь уже вошел в систему. Войти принудительно?"
          code="PAR-1002"
          onClose={close}
          decisions={[
            { id: 'no', label: 'Отменить', kind: 'plain', onChoose: close },
            { id: 'yes', label: 'Войти', kind: 'main', onChoose: close },
          ]}
        >
          <p>Сессия на другом компьютере будет завершена.</p>
        </DecisionWindow>
        <CodeWindow opened={opened === 'code'} error="PAR-1006" onClose={close} />
      </Sample>
      <Sample name="EmptyState">
        <div className={classes.panel}>
          <EmptyState />
        </div>
      </Sample>
      <Sample name="ErrorState">
        <div className={classes.panel}>
          <ErrorState error={new ApiError(503, {})} onRetry={nothing} />
        </div>
      </Sample>
      <Sample name="LoadingState">
        <div className={classes.panel}>
          <LoadingState />
        </div>
      </Sample>
      <Sample name="ElsewhereScreen">
        <div className={classes.panel}>
          <ElsewhereScreen onWorkHere={nothing} />
        </div>
      </Sample>
    </Samples>
  );
}
