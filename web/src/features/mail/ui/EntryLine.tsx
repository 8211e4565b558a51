import { useTranslation } from 'react-i18next';
import { CASE_STATES, type HistoryEntry } from '../api/cases';
import { FIELD_KINDS, shownValue } from '../api/fields';
import classes from './history.module.css';
import { useWhen } from './useWhen';

type EventName = NonNullable<NonNullable<HistoryEntry['entry']>['event']>;

/** A note, a disposition or an event: what went on inside the contact centre. */
export function EntryLine({ entry }: { entry: HistoryEntry }) {
  const { t } = useTranslation('mail');
  const when = useWhen();
  const said = useEntryWords(entry);
  const text = entry.entry?.text;
  return (
    <div className={classes.entry} data-kind={entry.kind}>
      <div className={classes.line}>
        <span>
          <b translate="no">{entry.name || t('entry.system')}</b> {said}
        </span>
        <time className="num" dateTime={new Date(entry.at).toISOString()}>
          {when(entry.at, true)}
        </time>
      </div>
      {text && <p className={classes.note}>{text}</p>}
    </div>
  );
}

const CLIPPED = 200;
const clipped = (text: string) => (text.length > CLIPPED ? `${text.slice(0, CLIPPED)}…` : text);

function useEntryWords({ kind, entry }: HistoryEntry): string {
  const { t, i18n } = useTranslation(['mail', 'common']);
  const args = entry?.args ?? {};
  if (kind === 'note') return t('entry.note');
  if (kind === 'disposition') return t('entry.disposition', { name: args.disposition ?? '' });
  const state = (value: string | undefined) => {
    const known = CASE_STATES.find((one) => one === value);
    return known ? t(`state.${known}`) : (value ?? '');
  };
  const event: EventName | undefined = entry?.event;
  switch (event) {
    case undefined:
      return '';
    case 'state':
      return t('entry.state', { from: state(args.from), to: state(args.to) });
    case 'transferred':
      return t('entry.transferred', { name: args.name || args.service || '' });
    case 'assigned':
      return t('entry.assigned', { name: args.name ?? '' });
    case 'routed':
      return t('entry.routed', { service: args.service ?? '' });
    case 'service':
      return t('entry.service', { from: args.from ?? '', to: args.to ?? '' });
    case 'category':
      return t('entry.category', {
        from: args.from || t('preview.noCategory'),
        to: args.to || t('preview.noCategory'),
      });
    case 'field': {
      const kind = FIELD_KINDS.find((one) => one === args.kind) ?? 'text';
      const shown = (value: string | undefined) =>
        value
          ? clipped(shownValue(kind, value, i18n.language, t('common:action.yes')))
          : t('preview.noCategory');
      return t('entry.field', { name: args.field ?? '', from: shown(args.from), to: shown(args.to) });
    }
    case 'mail_moved_out':
    case 'mail_moved_in':
      return t(`entry.${event}`, {
        from: args.from ?? '',
        subject: args.subject || t('row.noSubject'),
        number: args.number ?? '',
      });
    case 'follows':
      return t('entry.follows', { number: args.number ?? '' });
    default:
      return t(`entry.${event}`); // every event has a word: a missing one is no key
  }
}
