import { Button, FileInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/shared/api/errors';
import { useErrorWords } from '@/shared/ui/errorWords';
import { Window } from '@/shared/ui/Window';
import classes from './admin.module.css';

export interface ImportWindowProps<R> {
  title: string;
  about: ReactNode;
  accept: string;
  /** What is wrong with a file that could not be read. */
  unreadable: string;
  onClose: () => void;
  /** Reads the file; a dry run changes nothing. */
  perform: (file: File, dryRun: boolean) => Promise<R>;
  report: (report: R) => ReactNode;
  /** How many things the file would change: nothing to do, nothing to press. */
  changes: (report: R) => number;
  onDone: (report: R) => void;
}

/** An import in two steps: what the file would do, then doing it. */
export function ImportWindow<R>(props: ImportWindowProps<R>) {
  const { t } = useTranslation(['admin', 'common']);
  const errorWords = useErrorWords();
  const [file, setFile] = useState<File | null>(null);
  const [report, setReport] = useState<R | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const run = async (chosen: File, dryRun: boolean) => {
    setBusy(true);
    setError(null);
    try {
      const said = await props.perform(chosen, dryRun);
      if (dryRun) setReport(() => said);
      else props.onDone(said);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const choose = (chosen: File | null) => {
    setFile(chosen);
    setReport(null);
    setError(null);
    if (chosen) void run(chosen, true);
  };
  const said = error ? errorWords(error) : null;
  const reason = reasonOf(error);
  return (
    <Window
      opened
      onClose={props.onClose}
      title={props.title}
      size="44rem"
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <div className={classes.import}>
        <div>{props.about}</div>
        <FileInput
          label={t('import.file')}
          placeholder={t('import.choose')}
          accept={props.accept}
          clearable
          clearButtonProps={{ 'aria-label': t('common:action.clear') }}
          value={file}
          onChange={choose}
          error={said && (reason === undefined ? said.what : `${props.unreadable} ${reason}`)}
        />
        {report !== null && props.report(report)}
        <div className={classes.buttons}>
          <Button variant="default" onClick={props.onClose}>
            {t('common:action.cancel')}
          </Button>
          <Button
            loading={busy}
            disabled={!file || report === null || props.changes(report) === 0}
            onClick={() => file && void run(file, false)}
          >
            {t('import.perform')}
          </Button>
        </div>
      </div>
    </Window>
  );
}

// The server says in English what it met in the file, with the names that stand there.
function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof ApiError) || error.code !== 'PAR-0001') return undefined;
  const reason = error.problem.args?.reason;
  return reason ? `(${reason})` : '';
}
