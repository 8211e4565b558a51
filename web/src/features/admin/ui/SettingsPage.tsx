import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/shared/api/queries';
import { EntityForm, FormSection } from '@/shared/ui/admin/EntityForm';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { toast } from '@/shared/ui/toasts';
import { useBytes } from '@/shared/ui/useBytes';
import { SETTINGS, saveSettings, settingsQuery } from '../api/settings';
import classes from './admin.module.css';
import { type Form, FormCell } from './FieldInput';
import { rootOf, withPlaces } from './names';
import { useReasons } from './reasons';
import { useFieldWords } from './words';

const FIELDS = SETTINGS.flatMap((section) => section.fields);

/** Name, language, time, capacity, passwords and sign-in of the contact centre, and its limits, which the operator sets. */
export function SettingsPage() {
  const { t } = useTranslation(['admin', 'common']);
  const words = useFieldWords();
  const reason = useReasons();
  const settings = useQuery(settingsQuery);
  if (settings.isPending) return <LoadingState />;
  if (settings.error) return <ErrorState error={settings.error} onRetry={() => void settings.refetch()} />;
  const pick = (from: Record<string, unknown>) =>
    withPlaces(
      Object.fromEntries(FIELDS.map(({ name }) => [rootOf(name), structuredClone(from[rootOf(name)])])),
      FIELDS,
    );
  const { version, limits } = settings.data;
  return (
    <EntityForm
      key={version}
      title={words.kind('settings')}
      initial={pick(settings.data as Record<string, unknown>)}
      version={version}
      labels={Object.fromEntries(FIELDS.map(({ name }) => [rootOf(name), words.label(name)]))}
      reason={reason}
      save={async (values, at) => {
        await saveSettings(values, at);
        toast({ tone: 'good', title: t('common:form.saved') });
      }}
      reload={async () => {
        const fresh = await queryClient.fetchQuery(settingsQuery);
        return { values: pick(fresh as Record<string, unknown>), version: fresh.version };
      }}
    >
      {(form) => (
        <>
          {SETTINGS.map((section) => (
            <FormSection key={section.id} title={words.section(section.id)}>
              {section.fields.map((field) => (
                <FormCell key={field.name} field={field} form={form as Form} />
              ))}
            </FormSection>
          ))}
          <FormSection title={words.section('limits')}>
            <p className={classes.quiet}>{t('limitsAbout')}</p>
            <Limits limits={limits} />
          </FormSection>
        </>
      )}
    </EntityForm>
  );
}

interface LimitsValue {
  users: number;
  openChats: number;
  openCalls?: number;
  fileBytes: number;
  requestRate: number;
}

function Limits({ limits }: { limits: LimitsValue }) {
  const { t, i18n } = useTranslation('admin');
  const words = useFieldWords();
  const bytes = useBytes();
  const number = new Intl.NumberFormat(i18n.language);
  const said = (value: number, write: (value: number) => string) => (value > 0 ? write(value) : t('noLimit'));
  const rows = [
    ['limits.users', said(limits.users, number.format)],
    ['limits.openChats', said(limits.openChats, number.format)],
    ['limits.openCalls', said(limits.openCalls ?? 0, number.format)],
    ['limits.fileBytes', said(limits.fileBytes, bytes)],
    ['limits.requestRate', said(limits.requestRate, number.format)],
  ] as const;
  return (
    <table className={classes.differences}>
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{words.label(name)}</th>
            <td className="num">{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
