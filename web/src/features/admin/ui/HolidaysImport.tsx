import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dateFormat } from '@/shared/lib/format';
import { FormSection } from '@/shared/ui/admin/EntityForm';
import { toast } from '@/shared/ui/toasts';
import type { Thing } from '../api/store';
import { importHolidays } from '../api/verbs';
import classes from './admin.module.css';
import { ImportWindow } from './ImportWindow';

/** Holidays of an iCalendar file as exceptions of a calendar (M-13). */
export function HolidaysImport({ calendar, onDone }: { calendar: Thing; onDone: () => void }) {
  const { t, i18n } = useTranslation('admin');
  const [open, setOpen] = useState(false);
  const day = dateFormat(i18n.language, { dateStyle: 'long', timeZone: 'UTC' });
  return (
    <FormSection title={t('import.holidaysTitle')}>
      <p>{t('import.holidaysText')}</p>
      <Button variant="default" onClick={() => setOpen(true)}>
        {t('import.holidays')}
      </Button>
      {open && (
        <ImportWindow
          title={t('import.holidays')}
          about={<p>{t('import.holidaysAbout')}</p>}
          accept=".ics,text/calendar"
          unreadable={t('import.noCalendar')}
          onClose={() => setOpen(false)}
          perform={(file, dryRun) => importHolidays(calendar.id, calendar.version, file, dryRun)}
          changes={(report) => report.added?.length ?? 0}
          onDone={(report) => {
            setOpen(false);
            toast({
              tone: 'good',
              title: t('import.holidaysDone', { count: report.added?.length ?? 0 }),
            });
            onDone();
          }}
          report={(report) => (
            <>
              <p role="status">
                {t('import.holidaysReport', { count: report.added?.length ?? 0 })}{' '}
                {t('import.holidaysKnown', { count: report.known })}
              </p>
              <div className={classes.report}>
                <table>
                  <tbody>
                    {(report.added ?? []).map((one) => (
                      <tr key={`${one.date}${one.from ?? ''}${one.name}`}>
                        <td>{day.format(new Date(`${one.date}T00:00:00Z`))}</td>
                        <td>{one.name}</td>
                        <td className="num">{one.from && `${one.from}–${one.to}`}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </>
          )}
        />
      )}
    </FormSection>
  );
}
