import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '@/shared/ui/toasts';
import { importUsers } from '../api/verbs';
import classes from './admin.module.css';
import { ImportWindow } from './ImportWindow';
import { useFieldWords } from './words';

/** Users from a table and as a table (M-1). */
export function UsersTools() {
  const { t } = useTranslation('admin');
  const words = useFieldWords();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {t('import.users')}
      </Button>
      <Button variant="default" component="a" href="/api/users/export" download>
        {t('import.export')}
      </Button>
      {open && (
        <ImportWindow
          title={t('import.usersTitle')}
          about={<p>{t('import.usersAbout')}</p>}
          accept=".csv,text/csv"
          unreadable={t('import.noTable')}
          onClose={() => setOpen(false)}
          perform={importUsers}
          changes={(report) => report.created + report.updated}
          onDone={(report) => {
            setOpen(false);
            toast({
              tone: report.failed ? 'info' : 'good',
              title: t('import.usersDone', { created: report.created, updated: report.updated }),
            });
          }}
          report={(report) => (
            <>
              <p role="status">
                {t('import.usersReport', {
                  created: report.created,
                  updated: report.updated,
                  same: report.same,
                  failed: report.failed,
                })}
              </p>
              <div className={classes.report}>
                <table>
                  <thead>
                    <tr>
                      <th scope="col">{t('import.line')}</th>
                      <th scope="col">{words.label('login')}</th>
                      <th scope="col">{t('import.what')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {(report.rows ?? []).map((row) => (
                      <tr key={row.line} data-bad={row.action === 'error' || undefined}>
                        <td className="num">{row.line}</td>
                        <td>{row.login}</td>
                        <td>
                          {t(`import.${row.action}`)}
                          {(row.errors ?? []).map((one) => (
                            <div key={`${one.field}${one.message}`}>
                              {one.field && `${words.label(one.field)}: `}
                              {one.message}
                            </div>
                          ))}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </>
          )}
        />
      )}
    </>
  );
}
