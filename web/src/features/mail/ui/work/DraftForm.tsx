import { ActionIcon, Button, FileButton, TextInput, Tooltip } from '@mantine/core';
import { IconPaperclip } from '@tabler/icons-react';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '@/shared/ui/actions/ActionButton';
import { DecisionWindow } from '@/shared/ui/DecisionWindow';
import { failed } from '@/shared/ui/failed';
import type { MailView } from '../../api/cases';
import { attach, useFiles, useStatus, writingOf } from '../../api/drafts';
import type { DraftText } from '../../api/mails';
import { AddressField } from './AddressField';
import { Attachments } from './Attachments';
import { SaveNote } from './SaveNote';
import { TextEditor } from './TextEditor';
import { type Field, useDraftActions } from './useDraftActions';
import classes from './work.module.css';

/** A mail being written (E-27…E-33). Mount with the draft's id as key. */
export function DraftForm({ draft }: { draft: MailView }) {
  const { t } = useTranslation(['mail', 'common']);
  const writing = writingOf(draft);
  const { autosave } = writing;
  const status = useStatus(writing);
  const files = useFiles(writing);
  const { value } = status;
  const [more, setMore] = useState(false);
  const [over, setOver] = useState(false);
  const inputs = useRef<Partial<Record<Field, HTMLInputElement | null>>>({});
  const focus = useRef((field: Field) => {
    if (field === 'cc' || field === 'bcc') setMore(true);
    const input = inputs.current[field];
    if (input) input.focus();
    else requestAnimationFrame(() => inputs.current[field]?.focus()); // copies have just been unfolded
  });
  const uploading = files.some((file) => file.progress !== undefined);
  const fresh = draft.kind === 'new';
  const { actions, wrong, forgive, asking, setAsking, remove } = useDraftActions(
    writing,
    fresh,
    uploading,
    focus,
  );

  // What the other version brought is shown in the editor too.
  const [text, setText] = useState({ html: value.html, turn: 0 });
  const own = useRef(value.html);
  useEffect(() => {
    if (value.html === own.current) return;
    own.current = value.html;
    setText(({ turn }) => ({ html: value.html, turn: turn + 1 }));
  }, [value.html]);
  const write = (part: Partial<DraftText>) => {
    for (const field of Object.keys(part)) forgive(field as Field);
    autosave.change({ ...autosave.get().value, ...part });
  };
  const add = (list: File[]) => {
    for (const file of list) void attach(writing, file).catch(failed);
  };
  const onDrop = (event: DragEvent) => {
    setOver(false);
    if (event.defaultPrevented || event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    add([...event.dataTransfer.files]);
  };
  const copies = more || value.cc.length > 0 || value.bcc.length > 0;
  const addressed = (field: 'to' | 'cc' | 'bcc') => ({
    label: t(`work.field.${field}`),
    value: value[field],
    error: wrong?.field === field ? wrong.text : undefined,
    fieldRef: (input: HTMLInputElement | null) => {
      inputs.current[field] = input;
    },
    onChange: (list: DraftText['to']) => write({ [field]: list }),
  });
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping files has its button as the other way
    <div
      className={classes.draft}
      data-over={over || undefined}
      // Who goes on to hand the mail over or to finish it leaves nothing behind; a failure says so itself.
      onBlur={() => void autosave.flush().catch(() => {})}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <div className={classes.fields}>
        <AddressField
          {...addressed('to')}
          beside={
            !copies && (
              <Button size="compact-xs" variant="subtle" onClick={() => focus.current('cc')}>
                {t('work.copies')}
              </Button>
            )
          }
        />
        {copies && (
          <>
            <AddressField {...addressed('cc')} />
            <AddressField {...addressed('bcc')} />
          </>
        )}
        <div className={classes.line}>
          <span className={classes.label} aria-hidden>
            {t('work.field.subject')}
          </span>
          <TextInput
            ref={(input) => {
              inputs.current.subject = input;
            }}
            variant="unstyled"
            className={classes.grow}
            classNames={{ input: classes.bare, error: classes.wrong }}
            aria-label={t('work.field.subject')}
            maxLength={900}
            value={value.subject}
            error={wrong?.field === 'subject' && wrong.text}
            onChange={(event) => write({ subject: event.currentTarget.value })}
          />
        </div>
      </div>
      <TextEditor
        key={text.turn}
        html={text.html}
        onChange={(html) => {
          own.current = html;
          write({ html });
        }}
        onPicture={(file) => attach(writing, file, true)}
        onFiles={add}
      />
      <Attachments writing={writing} />
      <div className={classes.foot}>
        <ActionButton action={actions.close} main />
        <ActionButton action={actions.send} />
        <FileButton multiple onChange={add}>
          {(props) => (
            <Tooltip label={t('work.attach')}>
              <ActionIcon aria-label={t('work.attach')} {...props}>
                <IconPaperclip size={18} stroke={1.7} aria-hidden />
              </ActionIcon>
            </Tooltip>
          )}
        </FileButton>
        <SaveNote status={status} autosave={autosave} />
        <span className={classes.end}>
          <ActionButton action={actions.remove} compact variant="subtle" />
        </span>
      </div>
      <DecisionWindow
        opened={asking}
        title={t('work.deleteTitle')}
        onClose={() => setAsking(false)}
        decisions={[
          { id: 'no', label: t('common:action.cancel'), onChoose: () => setAsking(false) },
          { id: 'yes', label: t('common:action.delete'), kind: 'danger', onChoose: remove },
        ]}
      >
        <p>{t(fresh ? 'work.deleteNewText' : 'work.deleteText')}</p>
      </DecisionWindow>
    </div>
  );
}
