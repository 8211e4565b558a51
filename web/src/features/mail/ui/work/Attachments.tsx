import { useTranslation } from 'react-i18next';
import { FileThumb } from '@/shared/ui/chat/FileThumb';
import { useErrorWords } from '@/shared/ui/errorWords';
import { failed } from '@/shared/ui/failed';
import { remove, useFiles, type Writing } from '../../api/drafts';
import classes from './work.module.css';

/** The files of a draft. Pictures of the text show in it; here they stand only when they were refused. */
export function Attachments({ writing }: { writing: Writing }) {
  const { t } = useTranslation('mail');
  const words = useErrorWords();
  const files = useFiles(writing).filter((file) => !file.inline || file.error !== undefined);
  if (files.length === 0) return null;
  return (
    <ul className={classes.files} aria-label={t('mail.files')}>
      {files.map((file) => (
        <li key={file.key}>
          <FileThumb
            name={file.name}
            size={file.size}
            type={file.type}
            href={file.id && `/api/mail-files/${file.id}?download=1`}
            progress={file.progress}
            error={file.error === undefined ? undefined : words(file.error).what}
            onRemove={
              file.progress === undefined ? () => void remove(writing, file).catch(failed) : undefined
            }
          />
        </li>
      ))}
    </ul>
  );
}
