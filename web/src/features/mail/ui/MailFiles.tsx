import { Loader } from '@mantine/core';
import { IconAlertTriangle, IconBug, IconPaperclip } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useBytes } from '@/shared/ui/useBytes';
import { isShut, type MailFile } from '../api/cases';
import classes from './history.module.css';
import { useCheckWords } from './useCheckWords';

/**
 * The files of a mail. Pictures show in its text; here they stand only while
 * they must not be shown.
 */
export function MailFiles({ files }: { files: MailFile[] }) {
  const { t } = useTranslation('mail');
  const listed = files.filter((file) => !file.inline || isShut(file));
  if (listed.length === 0) return null;
  return (
    <ul className={classes.files} aria-label={t('mail.files')}>
      {listed.map((file) => (
        <li key={file.id}>{isShut(file) ? <ShutFile file={file} /> : <OpenFile file={file} />}</li>
      ))}
    </ul>
  );
}

function OpenFile({ file }: { file: MailFile }) {
  return (
    <a className={classes.file} href={`/api/mail-files/${file.id}`} target="_blank" rel="noreferrer">
      <IconPaperclip size={14} aria-hidden />
      <NameAndSize file={file} />
    </a>
  );
}

/** A file that does not open: it is being checked, could not be checked, or holds a virus. */
function ShutFile({ file }: { file: MailFile }) {
  const words = useCheckWords();
  const infected = file.check === 'infected';
  return (
    <span
      className={classes.file}
      data-check={infected ? 'infected' : file.checkWords ? 'unchecked' : 'waiting'}
    >
      {infected ? (
        <IconBug size={14} aria-hidden />
      ) : file.checkWords ? (
        <IconAlertTriangle size={14} aria-hidden />
      ) : (
        <Loader size={12} aria-hidden />
      )}
      <NameAndSize file={file} />
      <span className={classes.checkWords}>{words(file)}</span>
    </span>
  );
}

function NameAndSize({ file }: { file: MailFile }) {
  const { t } = useTranslation('mail');
  const bytes = useBytes();
  return (
    <>
      <span className={classes.fileName}>{file.name || t('mail.unnamed')}</span>
      <span className={`${classes.soft} ${classes.fileSize} num`}>{bytes(file.size)}</span>
    </>
  );
}
