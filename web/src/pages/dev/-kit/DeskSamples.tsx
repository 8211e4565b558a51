import {
  IconAddressBook,
  IconBook2,
  IconCalendar,
  IconFiles,
  IconHeadset,
  IconHome,
  IconMessages,
  IconSettings,
  IconUser,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { serverNow } from '@/shared/lib/clock';
import { CodeBanner } from '@/shared/ui/Banner';
import { EmptyState } from '@/shared/ui/EmptyState';
import { LookMenu } from '@/shared/ui/LookMenu';
import { OfferStack } from '@/shared/ui/offer/OfferCard';
import { StatePicker } from '@/shared/ui/StatePicker';
import { InfoTabs } from '@/shared/ui/shell/InfoTabs';
import { ListColumn } from '@/shared/ui/shell/ListColumn';
import { Rail } from '@/shared/ui/shell/Rail';
import { Shell } from '@/shared/ui/shell/Shell';
import { Figure, StatusBar } from '@/shared/ui/shell/StatusBar';
import classes from './kit.module.css';
import { Sample, Samples } from './Sample';

const nothing = () => {};
const rail = [
  { id: 'list', label: 'Interactions', icon: IconHeadset, badge: 3, active: true, shortcut: 'Alt+1' },
  { id: 'directory', label: 'Directory', icon: IconAddressBook },
  { id: 'documents', label: 'Documents', icon: IconFiles, disabled: true },
  { id: 'calendar', label: 'Calendar', icon: IconCalendar },
  { id: 'chats', label: 'Chats', icon: IconMessages, badge: 120 },
  { id: 'home', label: 'Home', icon: IconHome },
].map((item) => ({ ...item, onSelect: nothing }));
const bottom = [
  { id: 'knowledge', label: 'Knowledge base', icon: IconBook2, active: true, onSelect: nothing },
  { id: 'settings', label: 'Settings', icon: IconSettings, onSelect: nothing },
];

export function DeskSamples() {
  const { t } = useTranslation();
  const [openedAt] = useState(serverNow);
  const offers = [
    {
      id: 'o',
      kind: 'chat' as const,
      name: 'Мария Смирнова',
      service: 'Поддержка',
      facts: [{ label: 'Компания', value: 'ООО «Ромашка»' }],
      openedAt,
      until: openedAt + 20_000,
      actions: [
        { id: 'accept', label: t('action.accept'), allowed: true, perform: nothing },
        { id: 'reject', label: t('action.reject'), danger: true, allowed: true, perform: nothing },
      ],
    },
  ];
  const [tab, setTab] = useState('customer');
  return (
    <Samples title="Desktop frame">
      <Sample name="Shell" wide>
        <div className={classes.desk}>
          <Shell
            banners={
              <CodeBanner code="PAR-2001" args={{ time: '14:32', reason: 'Не отвечает' }} onClose={nothing} />
            }
            statusBar={
              <StatusBar
                state={
                  <StatePicker
                    state="busy"
                    since={serverNow() - 135_000}
                    choices={[{ id: 'r', state: 'ready', label: 'Готов', onChoose: nothing }]}
                  />
                }
                interaction={<b>Анна Кузнецова</b>}
                figures={
                  <>
                    <Figure label="Уровень сервиса" value="83 %" rank="2" tone="good" />
                    <Figure label="Обработано" value="24" />
                    <Figure label="Ждёт дольше" value="02:41" tone="warn" />
                  </>
                }
                tools={<LookMenu />}
              />
            }
            rail={<Rail items={rail} bottom={bottom} />}
            list={
              <ListColumn>
                <div className={classes.listHead}>
                  <b>Активные обращения</b>
                </div>
                <EmptyState title="Нет активных обращений" text="Новые появятся здесь." />
              </ListColumn>
            }
            main={
              <InfoTabs
                active={tab}
                onSelect={setTab}
                tabs={[
                  { id: 'customer', title: 'Клиент', icon: IconUser, content: <EmptyState /> },
                  {
                    id: 'calendar',
                    title: 'Календарь',
                    unread: true,
                    onClose: nothing,
                    content: <EmptyState />,
                  },
                  { id: 'form', title: 'Анкета нового клиента', onClose: nothing, content: <EmptyState /> },
                ]}
              />
            }
            drawer={<EmptyState title="База знаний" />}
            offers={<OfferStack offers={offers} />}
          />
        </div>
      </Sample>
    </Samples>
  );
}
