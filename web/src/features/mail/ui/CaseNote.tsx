import { Button, Textarea } from '@mantine/core';
import { IconMessagePlus } from '@tabler/icons-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { failed } from '@/shared/ui/failed';
import { toast } from '@/shared/ui/toasts';
import type { CaseView } from '../api/cases';
import { forget, MAX_NOTE, saveNote, useUnsaved, write } from '../api/notes';
import classes from './history.module.css';

/** «Добавить комментарий к запросу»: written for colleagues and saved by itself (E-20, E-25). */
export function CaseNote({ of }: { of: CaseView }) {
  const { t } = useTranslation(['mail', 'common']);
  const text = useUnsaved(({ notes }) => notes[of.id]);
  const [busy, setBusy] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  if (!of.abilities?.includes('note')) return null;
  const close = () => {
    forget(of.id);
    requestAnimationFrame(() => opener.current?.focus());
  };
  const save = async () => {
    const note = text?.trim();
    if (!note || busy) return;
    setBusy(true);
    try {
      await saveNote(of.id, note);
      toast({ tone: 'good', title: t('note.saved') });
      requestAnimationFrame(() => opener.current?.focus());
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Here these keys are about the comment, not about the mail beside it.
    if (event.code === 'Enter' && (event.ctrlKey || event.metaKey) && !event.altKey) void save();
    else if (event.code === 'KeyS' && (event.ctrlKey || event.metaKey)) void save();
    else if (event.key === 'Escape' && !text?.trim()) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  if (text === undefined)
    return (
      <div className={classes.noting}>
        <Button
          ref={opener}
          size="compact-sm"
          variant="subtle"
          leftSection={<IconMessagePlus size={16} stroke={1.7} aria-hidden />}
          onClick={() => write(of.id, '')}
        >
          {t('note.add')}
        </Button>
      </div>
    );
  return (
    <form
      className={`${classes.noting} ${classes.writing}`}
      aria-label={t('note.title')}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Textarea
        autoFocus={text === ''}
        className={classes.noteText}
        aria-label={t('note.title')}
        placeholder={t('note.hint')}
        autosize
        minRows={1}
        maxRows={6}
        maxLength={MAX_NOTE}
        value={text}
        onChange={(event) => write(of.id, event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div className={classes.noteFoot}>
        <Button type="submit" size="compact-md" loading={busy} disabled={!text.trim()}>
          {t('note.save')}
        </Button>
        <Button size="compact-md" variant="subtle" disabled={busy} onClick={close}>
          {t('common:action.cancel')}
        </Button>
      </div>
    </form>
  );
}
