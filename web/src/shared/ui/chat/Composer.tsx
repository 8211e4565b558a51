import { ActionIcon, FileButton, Textarea, Tooltip } from '@mantine/core';
import { IconPaperclip, IconSend2 } from '@tabler/icons-react';
import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Composer.module.css';

export interface ComposerProps {
  value: string;
  onChange: (value: string) => void;
  onSend: () => void;
  /** Without it files can't be attached. */
  onFiles?: (files: File[]) => void;
  /** Why nothing can be written now; the text typed so far stays. */
  disabledReason?: string;
  /** Why nothing can be sent just now; one may go on writing. */
  held?: string;
  /** Sees keys first; true when it used one, as the list of canned responses does. */
  onKey?: (event: KeyboardEvent<HTMLTextAreaElement>) => boolean;
  /** Above the field: what is found by a shortcut, files being uploaded. */
  above?: ReactNode;
  /** Buttons beside the paper clip: canned responses, knowledge base, emoji. */
  tools?: ReactNode;
  fieldRef?: Ref<HTMLTextAreaElement>;
}

/** The field a conversation is written in. Enter sends; files come by button, drag or paste. */
export function Composer(props: ComposerProps) {
  const { value, onChange, onSend, onFiles, disabledReason, held, onKey, above, tools, fieldRef } = props;
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const disabled = disabledReason !== undefined;
  const empty = value.trim() === '';

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (onKey?.(event)) return;
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (!empty && !disabled && !held) onSend();
  };
  const take = (event: ClipboardEvent | DragEvent, files: FileList | undefined) => {
    if (!onFiles || !files?.length || disabled) return;
    event.preventDefault();
    onFiles([...files]);
  };
  const onDrop = (event: DragEvent) => {
    setOver(false);
    take(event, event.dataTransfer?.files);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping files has its button as the other way
    <div
      className={classes.composer}
      data-over={over || undefined}
      onDragOver={(event) => {
        if (!onFiles || disabled) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      {above}
      <Textarea
        ref={fieldRef}
        autosize
        minRows={1}
        maxRows={8}
        variant="unstyled"
        classNames={{ input: classes.field }}
        value={value}
        disabled={disabled}
        placeholder={disabledReason ?? (over ? t('chat.dropHere') : t('chat.placeholder'))}
        aria-label={t('chat.message')}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onPaste={(event) => take(event, event.clipboardData?.files)}
      />
      <div className={classes.tools}>
        {onFiles && (
          <FileButton multiple onChange={onFiles} disabled={disabled}>
            {(button) => (
              <Tooltip label={t('chat.attach')}>
                <ActionIcon aria-label={t('chat.attach')} disabled={disabled} {...button}>
                  <IconPaperclip size={18} stroke={1.7} aria-hidden />
                </ActionIcon>
              </Tooltip>
            )}
          </FileButton>
        )}
        {tools}
        <span className={classes.hint}>{held ?? t('chat.hint')}</span>
        <Tooltip label={t('action.send')}>
          <ActionIcon
            variant="filled"
            color="brand"
            aria-label={t('action.send')}
            disabled={empty || disabled || held !== undefined}
            onClick={onSend}
          >
            <IconSend2 size={17} stroke={1.8} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
    </div>
  );
}
