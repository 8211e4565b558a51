import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { FileThumb } from '@/shared/ui/chat/FileThumb';
import { useErrorWords } from '@/shared/ui/errorWords';
import { failed } from '@/shared/ui/failed';
import { isShut, MAIL_KEY } from '../../api/cases';
import { type Attachment, remove, setChecks, useFiles, type Writing } from '../../api/drafts';
import { getMail } from '../../api/mails';
import { useCheckWords } from '../useCheckWords';
import classes from './work.module.css';

/** The files of a draft. Pictures of the text show in it; here they stand only when they were refused. */
export function Attachments({ writing }: { writing: Writing }) {
  const { t } = useTranslation('mail');
  const words = useErrorWords();
  const checkWords = useCheckWords();
  const all = useFiles(writing);
  useChecks(writing, all);
  const files = all.filter((file) => !file.inline || file.error !== undefined || isShut(file));
  if (files.length === 0) return null;
  const problem = (file: Attachment) => {
    if (file.error !== undefined) return words(file.error).what;
    return file.check === 'infected' || (isShut(file) && file.checkWords) ? checkWords(file) : undefined;
  };
  return (
    <ul className={classes.files} aria-label={t('mail.files')}>
      {files.map((file) => (
        <li key={file.key}>
          <FileThumb
            name={file.name}
            size={file.size}
            type={file.type}
            href={file.id && !isShut(file) ? `/api/mail-files/${file.id}?download=1` : undefined}
            progress={file.progress}
            error={problem(file)}
            onRemove={
              file.progress === undefined ? () => void remove(writing, file).catch(failed) : undefined
            }
          />
          {isShut(file) && !problem(file) && <p className={classes.checking}>{checkWords(file)}</p>}
        </li>
      ))}
    </ul>
  );
}

/** Reads again what the virus check says of the files of a forwarded mail, until it has said it of all. */
function useChecks(writing: Writing, files: Attachment[]): void {
  const read = useQuery({
    // Below the case: read again when it changes.
    queryKey: [...MAIL_KEY, 'case', writing.caseId, 'draft', writing.id],
    queryFn: () => getMail(writing.id),
    enabled: files.some((file) => file.check === 'waiting'),
    refetchInterval: 10_000,
  });
  useEffect(() => {
    if (read.data) setChecks(writing, read.data.files ?? []);
  }, [read.data, writing]);
}
