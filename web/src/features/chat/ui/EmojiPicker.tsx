import { ActionIcon, Popover, Tooltip } from '@mantine/core';
import { IconMoodSmile } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './chat.module.css';

const EMOJI = Array.from(
  '😀😃😄😁😅😂🙂😉😊😍😘😎🤗🤔😐😏🙄😴😌😔😟😢😭😤😡🤯😳😱👍👎👌🙏👏🤝💪✌👋🙌❤💔⭐🔥🎉🎁✅❌⚠❓❗⏰📞📧📎📦💳🛒🚚🏠',
);
const COLUMNS = 8;

/** A small set of pictures for the text; arrows move, Enter takes. */
export function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const { t } = useTranslation('chat');
  const [opened, setOpened] = useState(false);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    buttons[buttons.indexOf(document.activeElement as HTMLButtonElement) + step]?.focus();
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="top-start" trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label={t('emoji')}>
          <ActionIcon aria-label={t('emoji')} aria-expanded={opened} onClick={() => setOpened(!opened)}>
            <IconMoodSmile size={18} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        <div className={classes.emoji} onKeyDown={onKeyDown} role="toolbar" aria-label={t('emoji')}>
          {EMOJI.map((emoji) => (
            <button
              key={emoji}
              type="button"
              onClick={() => {
                setOpened(false);
                onPick(emoji);
              }}
            >
              {emoji}
            </button>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
