import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { serverNow } from '@/shared/lib/clock';
import type { Action } from '@/shared/ui/actions/action';
import { ChatBubble } from '@/shared/ui/chat/ChatBubble';
import { ChatDivider } from '@/shared/ui/chat/ChatDivider';
import { Composer } from '@/shared/ui/chat/Composer';
import { FileThumb } from '@/shared/ui/chat/FileThumb';
import { OfferCard } from '@/shared/ui/offer/OfferCard';
import classes from './kit.module.css';
import { Sample, Samples } from './Sample';

const nothing = () => {};
const at = Date.UTC(2026, 10, 22, 11, 5);

function useOfferActions(): Action[] {
  const { t } = useTranslation();
  return [
    { id: 'offer.open', label: t('action.open'), allowed: true, perform: nothing },
    { id: 'offer.accept', label: t('action.accept'), shortcut: 'Alt+KeyA', allowed: true, perform: nothing },
    { id: 'offer.reject', label: t('action.reject'), danger: true, allowed: true, perform: nothing },
  ];
}

export function ChatSamples() {
  const [text, setText] = useState('Добрый день! Проверяю ваш заказ.');
  const { t } = useTranslation();
  const offers = useOfferActions();
  const now = serverNow();
  return (
    <Samples title="Chat and offers">
      <Sample name="ChatBubble, Composer">
        <div className={classes.chat}>
          <ChatDivider>{t('chat.before')}</ChatDivider>
          <ChatBubble side="automatic" text="Здравствуйте! Чем помочь?" at={at} before />
          <ChatBubble side="customer" author="Анна" text="Не проходит оплата картой" at={at} before />
          <ChatBubble side="event" text="Белова А. в чате" at={at} />
          <ChatBubble
            side="ours"
            text={'Добрый день!\nПосмотрите https://shop.example/pay, там все способы.'}
            at={at}
            delivery="read"
          />
          <ChatBubble side="ours" joined text="Какой банк?" at={at} delivery="delivered" />
          <ChatBubble side="customer" author="Анна" text="Вот снимок" at={at}>
            <FileThumb
              name="screen.png"
              size={482_133}
              type="image/png"
              width={240}
              height={120}
              thumb="/icon.svg"
              onOpen={nothing}
            />
          </ChatBubble>
          <ChatBubble side="colleague" author="Котов С." text="Помогу с возвратом." at={at} />
          <ChatBubble side="ours" whispered author="Супервизор" text="Предложите скидку." at={at} />
          <ChatBubble side="ours" text="Секунду…" at={at} delivery="failed" onRetry={nothing} />
          <Composer value={text} onChange={setText} onSend={() => setText('')} onFiles={nothing} />
        </div>
      </Sample>
      <Sample name="OfferCard">
        <div className={classes.offer}>
          <OfferCard
            kind="chat"
            name="Анна Кузнецова"
            service="Поддержка"
            facts={[
              { label: 'Статус', value: 'VIP' },
              { label: 'Эл. почта', value: 'client@example.com' },
              { label: 'Компания', value: 'ООО «Ромашка»' },
            ]}
            openedAt={now - 8_000}
            until={now + 12_000}
            actions={offers}
          />
          <OfferCard
            kind="call_in"
            name="+7 910 100-10-10"
            service="Продажи"
            note={t('offer.transferFrom', { name: 'Котов С.' })}
            openedAt={now}
            until={now + 20_000}
            actions={offers.slice(1)}
          />
        </div>
      </Sample>
      <Sample name="FileThumb">
        <div className={classes.column}>
          <FileThumb
            name="Договор поставки №48120 с приложениями.pdf"
            size={2_480_000}
            type="application/pdf"
            href="#"
          />
          <FileThumb
            name="archive.zip"
            size={512}
            type="application/zip"
            progress={0.42}
            onRemove={nothing}
          />
          <FileThumb
            name="video.mov"
            size={80_000_000}
            type="video/quicktime"
            error={t('file.tooBig', { limit: '10 МБ' })}
          />
        </div>
      </Sample>
      <Sample name="Composer, disabled">
        <Composer value="" onChange={nothing} onSend={nothing} disabledReason={t('connection.offline')} />
      </Sample>
    </Samples>
  );
}
